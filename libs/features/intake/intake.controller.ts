import { Controller, Delete, Headers, HttpCode, Param, Post, Put, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { FHIR_JSON, Permits, RawBody, Receives } from '#platform';
import type { Headers as HeaderValues } from './authentication.js';
import { ApiIntakeAnswers } from './intake.answers.js';
import { IntakeService } from './intake.service.js';

const FHIR_CONTENT_TYPE = 'application/fhir+json; charset=utf-8';

@ApiTags('intake')
@Controller('intake')
export class IntakeController {
  constructor(private readonly intake: IntakeService) {}

  @Post(':source')
  @HttpCode(200)
  @Permits('intake')
  @Receives(FHIR_JSON, 'intake')
  @ApiOperation({
    summary: 'Take a notification of a change',
    description:
      'Every form in which FHIR servers notify: the changed resource, a Bundle (batch, transaction, history, ' +
      'searchset, collection, document), the notification of a topic-based Subscription (R4 Backport, R4B, R5), or ' +
      'nothing, which has the source asked. Signed by HMAC-SHA-256 over the raw bytes (`X-Signature` in ' +
      'hexadecimal, or `X-Hub-Signature: sha256=…`), or with the shared secret in the declared header. A deletion ' +
      'is announced by `X-Medplum-Deleted-Resource: Type/id`. Acknowledged means durable.',
  })
  @ApiBody({
    description: 'a FHIR resource or Bundle, or nothing',
    schema: { type: 'object' },
    required: false,
  })
  @ApiResponse({
    status: 200,
    description: 'durable; to a Bundle the answer is a transaction-response Bundle',
  })
  @ApiIntakeAnswers()
  async take(
    @Param('source') source: string,
    @Headers() headers: HeaderValues,
    @RawBody() body: Uint8Array,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | undefined> {
    const answer = await this.intake.take({ source, method: 'POST', headers, body });
    if (answer !== undefined) reply.type(FHIR_CONTENT_TYPE);
    return answer;
  }

  @Put(':source/:type/:id')
  @Permits('intake')
  @Receives(FHIR_JSON, 'intake')
  @ApiOperation({
    summary: 'Take a created or updated resource at its own URL, as HAPI sends it',
    description: 'Proved as a POST is. Without a body the resource is read at the source.',
  })
  @ApiBody({ description: 'the resource, or nothing', schema: { type: 'object' }, required: false })
  @ApiResponse({ status: 200, description: 'the notification is durable; OperationOutcome' })
  @ApiIntakeAnswers()
  async put(
    @Param('source') source: string,
    @Param('type') type: string,
    @Param('id') id: string,
    @Headers() headers: HeaderValues,
    @RawBody() body: Uint8Array,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | undefined> {
    reply.type(FHIR_CONTENT_TYPE);
    return this.intake.take({ source, method: 'PUT', named: `${type}/${id}`, headers, body });
  }

  @Delete(':source/:type/:id')
  @Permits('intake')
  @Receives(FHIR_JSON, 'intake')
  @ApiOperation({
    summary: 'Take the deletion of the resource that the URL names, as HAPI sends it',
    description:
      'A hint: the source is asked before a deletion is recorded. A signature is of the empty body.',
  })
  @ApiResponse({ status: 200, description: 'the notification is durable; OperationOutcome' })
  @ApiIntakeAnswers()
  async delete(
    @Param('source') source: string,
    @Param('type') type: string,
    @Param('id') id: string,
    @Headers() headers: HeaderValues,
    @RawBody() body: Uint8Array,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | undefined> {
    reply.type(FHIR_CONTENT_TYPE);
    return this.intake.take({ source, method: 'DELETE', named: `${type}/${id}`, headers, body });
  }
}
