import { All, Controller, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { refusalOf, sendTorn } from '../faults/answer-faults.js';
import { Faults } from '../faults/faults.js';
import { sendAnswer } from './answer.js';
import { FhirService } from './fhir.service.js';

/** Hands everything below the FHIR base to the router. */
@Controller('fhir')
export class FhirController {
  constructor(
    @Inject(FhirService) private readonly fhir: FhirService,
    @Inject(Faults) private readonly faults: Faults,
  ) {}

  @All(['', '*'])
  async handle(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { method, headers, body } = request;
    const url = request.originalUrl.slice('/fhir'.length);
    const asks = method === 'GET' || /\/_search(\?|$)/.test(url);
    const refusal = asks ? refusalOf(this.faults) : undefined;
    const answer = refusal ?? (await this.fhir.handle({ method, url, headers, body }));
    if (asks && this.faults.strikes('cutConnections')) sendTorn(reply, answer);
    else sendAnswer(reply, answer);
  }
}
