import { All, Controller, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendAnswer } from './answer.js';
import { FhirService } from './fhir.service.js';

/** Hands everything below the FHIR base to the router. */
@Controller('fhir')
export class FhirController {
  constructor(@Inject(FhirService) private readonly fhir: FhirService) {}

  @All(['', '*'])
  async handle(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { method, headers, body } = request;
    const url = request.originalUrl.slice('/fhir'.length);
    sendAnswer(reply, await this.fhir.handle({ method, url, headers, body }));
  }
}
