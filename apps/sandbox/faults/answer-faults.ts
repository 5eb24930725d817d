import type { FastifyReply } from 'fastify';
import { FHIR_JSON } from '../fhir/answer.js';
import { errorOutcome } from '../fhir/outcomes.js';
import { stringifyLossless } from '../fhir/lossless-json.js';
import type { FhirHttpAnswer } from '../fhir/fhir.service.js';
import type { Faults } from './faults.js';

/** The refusal that a read, search or history gets instead of its answer, if it is to get one. */
export function refusalOf(faults: Faults): FhirHttpAnswer | undefined {
  if (faults.strikes('answer429'))
    return {
      status: 429,
      headers: { 'retry-after': String(faults.settings.retryAfterS) },
      body: stringifyLossless(errorOutcome('throttled', 'Too many requests, as asked for')),
    };
  if (faults.strikes('answer500'))
    return {
      status: 500,
      headers: {},
      body: stringifyLossless(errorOutcome('exception', 'A failure, as asked for')),
    };
  return undefined;
}

/** Sends half of an answer, then ends the connection. */
export function sendTorn(reply: FastifyReply, answer: FhirHttpAnswer): void {
  const bytes = Buffer.from(answer.body);
  reply.hijack();
  reply.raw.writeHead(answer.status, {
    'content-type': `${FHIR_JSON}; charset=utf-8`,
    ...answer.headers,
    'content-length': bytes.length,
  });
  reply.raw.write(bytes.subarray(0, bytes.length / 2), () => reply.raw.destroy());
}
