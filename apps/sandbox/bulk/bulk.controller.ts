import { accepted, badRequest, notFound, OperationOutcomeError } from '@medplum/core';
import { Controller, Delete, Get, Headers, Inject, Param, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { refusalOf, sendTorn } from '../faults/answer-faults.js';
import { Faults } from '../faults/faults.js';
import { sendAnswer } from '../fhir/answer.js';
import type { FhirHttpAnswer } from '../fhir/fhir.service.js';
import { stringifyLossless } from '../fhir/lossless-json.js';
import { ServerAddress } from '../fhir/server-address.js';
import { isResourceType } from '../r4/definitions.js';
import { BulkExports, type Export } from './bulk-exports.js';

/** How the status of an export is told, and what its files need. */
export class BulkSettings {
  constructor(readonly requiresAccessToken: boolean) {}
}

const NDJSON = 'application/fhir+ndjson';

/** Bulk Data export of the whole system, https://hl7.org/fhir/uv/bulkdata/export.html */
@Controller('fhir')
export class BulkController {
  constructor(
    @Inject(BulkExports) private readonly exports: BulkExports,
    @Inject(ServerAddress) private readonly address: ServerAddress,
    @Inject(BulkSettings) private readonly settings: BulkSettings,
    @Inject(Faults) private readonly faults: Faults,
  ) {}

  @Get('$export')
  async kickOff(
    @Query('_type') type: string | undefined,
    @Query('_since') since: string | undefined,
    @Headers('prefer') prefer: string | undefined,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    if (!/\brespond-async\b/.test(prefer ?? '')) throw refused('Prefer: respond-async is missing');
    const types = (type ?? '').split(',').filter((one) => one !== '');
    if (!types.every(isResourceType)) throw refused('_type names a type that R4 does not have');
    if (since !== undefined && Number.isNaN(Date.parse(since))) throw refused('_since is not an instant');
    const url = `${this.address.base}${request.originalUrl.slice('/fhir'.length)}`;
    const id = await this.exports.start({ types, since, request: url });
    this.answer(reply, () => ({
      status: 202,
      headers: { 'content-location': `${this.address.base}/exports/${id}` },
      body: stringifyLossless(accepted('')),
    }));
  }

  /** Asked for the first time, it is still under way. */
  @Get('exports/:id')
  status(@Param('id') id: string, @Res() reply: FastifyReply): void {
    const found = this.find(id);
    this.answer(reply, () => {
      found.asked += 1;
      if (found.asked === 1)
        return { status: 202, headers: { 'retry-after': '1', 'x-progress': '50%' }, body: '' };
      return { status: 200, headers: { 'content-type': 'application/json' }, body: this.manifest(id, found) };
    });
  }

  @Delete('exports/:id')
  remove(@Param('id') id: string, @Res() reply: FastifyReply): void {
    if (!this.exports.remove(id)) throw new OperationOutcomeError(notFound);
    sendAnswer(reply, { status: 202, headers: {}, body: stringifyLossless(accepted('')) });
  }

  @Get('exports/:id/:kind/:number')
  file(
    @Param('id') id: string,
    @Param('kind') kind: string,
    @Param('number') number: string,
    @Res() reply: FastifyReply,
  ): void {
    const found = this.find(id);
    const file = (kind === 'deleted' ? found.deleted : found.output)[Number(number)];
    if (!file) throw new OperationOutcomeError(notFound);
    this.answer(reply, () => ({
      status: 200,
      headers: { 'content-type': NDJSON },
      body: file.lines.map((line) => `${line}\n`).join(''),
    }));
  }

  private find(id: string): Export {
    const found = this.exports.find(id);
    if (!found) throw new OperationOutcomeError(notFound);
    return found;
  }

  private manifest(id: string, { transactionTime, request, output, deleted }: Export): string {
    const listed = (kind: string, files: Export['output']) =>
      files.map(({ type, lines }, number) => ({
        type,
        url: `${this.address.base}/exports/${id}/${kind}/${number}`,
        count: lines.length,
      }));
    return JSON.stringify({
      transactionTime,
      request,
      requiresAccessToken: this.settings.requiresAccessToken,
      output: listed('output', output),
      deleted: listed('deleted', deleted),
      error: [],
    });
  }

  /** With the faults that reads have. */
  private answer(reply: FastifyReply, make: () => FhirHttpAnswer): void {
    const answer = refusalOf(this.faults) ?? make();
    if (this.faults.strikes('cutConnections')) sendTorn(reply, answer);
    else sendAnswer(reply, answer);
  }
}

function refused(text: string): OperationOutcomeError {
  return new OperationOutcomeError(badRequest(text));
}
