import { type ArgumentsHost, Catch, type ExceptionFilter, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { PinoLogger } from 'nestjs-pino';
import { routeOf } from './route.js';
import { httpProblem, type Problem, problemOf } from './problem.js';
import { problemBody } from './problem.body.js';
import { RouteMethods } from './route-methods.js';

/** Answers whatever was thrown while a request was handled, from its parsing to its route, and logs it by its code. */
@Injectable()
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly log: PinoLogger,
    private readonly methods: RouteMethods,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const problem = this.withMethod(problemOf(error), request);
    this.report(problem, request, error);
    if (reply.raw.headersSent) {
      // Half an answer is out: breaking the connection is the only way left to say that it is not whole.
      reply.raw.destroy();
      return;
    }
    const { type, text } = problemBody(request.raw.url ?? '', problem);
    void reply.status(problem.status).headers(problem.headers).type(type).send(text);
  }

  private withMethod(problem: Problem, request: FastifyRequest): Problem {
    if (problem.code !== 'HTTP.NOT_FOUND' || !request.is404) return problem;
    const allowed = this.methods.allowedAt(request.raw.url ?? '');
    return allowed.length === 0 ? problem : httpProblem(405, { allow: allowed.join(', ') });
  }

  private report({ status, code }: Problem, request: FastifyRequest, error: unknown): void {
    const facts = { code, status, method: request.method, route: routeOf(request), requestId: request.id };
    if (status >= 500) this.log.error({ ...facts, err: error }, 'request failed');
    else this.log.info(facts, 'request refused');
  }
}
