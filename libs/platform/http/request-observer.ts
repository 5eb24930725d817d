import { Injectable } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { PinoLogger } from 'nestjs-pino';
import { Metrics, OPEN } from '../metrics/metrics.js';
import { routeOf } from './route.js';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** Measures every request by its route's template; at the level `debug` each is a line in the log as well. */
@Injectable()
export class RequestObserver {
  private readonly duration;

  constructor(
    metrics: Metrics,
    private readonly log: PinoLogger,
  ) {
    this.duration = metrics.histogram(
      'http_request_seconds',
      'Time from a request to its answer, by route template',
      { method: OPEN, route: OPEN, status: OPEN },
      SECONDS,
    );
  }

  observe(server: FastifyInstance): void {
    const everyRequest = this.log.logger.isLevelEnabled('debug');
    server.addHook('onResponse', (request, reply, done) => {
      const facts = { method: request.method, route: routeOf(request), status: reply.statusCode };
      this.duration.observe(facts, reply.elapsedTime / 1000);
      if (everyRequest) {
        this.log.debug(
          { ...facts, requestId: request.id, elapsedMs: Math.round(reply.elapsedTime) },
          'request',
        );
      }
      done();
    });
  }
}
