import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { sendAnswer } from './answer.js';
import { errorAnswer } from './fhir.service.js';

/** Every error leaves as an OperationOutcome with its status. */
@Catch()
export class OutcomeFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    sendAnswer(host.switchToHttp().getResponse<FastifyReply>(), errorAnswer(error));
  }
}
