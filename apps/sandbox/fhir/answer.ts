import type { FastifyReply } from 'fastify';
import type { FhirHttpAnswer } from './fhir.service.js';

export const FHIR_JSON = 'application/fhir+json';

export function sendAnswer(reply: FastifyReply, answer: FhirHttpAnswer): void {
  void reply
    .status(answer.status)
    .headers({ 'content-type': `${FHIR_JSON}; charset=utf-8`, ...answer.headers })
    .send(answer.body);
}
