import type { FastifyRequest } from 'fastify';

/** The template of a request's route, `/v1/records/:source/:type/:id`: unlike the URL it names nobody. */
export function routeOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? 'unmatched';
}
