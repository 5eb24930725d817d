import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiConsumes } from '@nestjs/swagger';
import type { FastifyRequest, RouteOptions } from 'fastify';
import type { ServerConfig } from '../config/config.schema.js';
import { HttpProblem } from '../platform.errors.js';

/** Media types of a FHIR resource in JSON: https://hl7.org/fhir/R4/http.html#mime-type */
export const FHIR_JSON = ['application/fhir+json', 'application/json+fhir', 'application/json'] as const;

/** What to do about XML, said to whoever sends it. */
const INSTEAD_OF_XML =
  'let the sender use application/fhir+json (in an R4 Subscription: channel.payload; in R5: contentType).';

/** The configuration section whose `maxBodyBytes` bounds a route's body. */
type LimitedSection = 'intake' | 'verification';

interface Reception {
  readonly mediaTypes: readonly string[];
  readonly section: LimitedSection;
}

/** Declares which media types a route takes (others: 415), and whose limit its body has (beyond it: 413). */
export function Receives(mediaTypes: readonly string[], section: LimitedSection): MethodDecorator {
  const receives: Reception = { mediaTypes, section };
  return applyDecorators(RouteConfig({ receives }), ApiConsumes(...mediaTypes));
}

/** Injects the body as received, byte by byte: a Uint8Array, empty when there is none. */
export const RawBody = createParamDecorator((_: unknown, context: ExecutionContext): Uint8Array => {
  const { body } = context.switchToHttp().getRequest<FastifyRequest>();
  return body instanceof Uint8Array ? body : new Uint8Array();
});

/** Applies {@link Receives} to a route that Fastify registers. */
export function applyReception(route: RouteOptions, config: Pick<ServerConfig, LimitedSection>): void {
  const { receives } = (route.config ?? {}) as { receives?: Reception };
  if (!receives) return;
  route.bodyLimit = config[receives.section].maxBodyBytes;
  // Before parsing: a body that the route does not take is not read at all.
  route.preParsing = (request, _reply, payload, done) => {
    done(accepts(request, receives.mediaTypes) ? null : unsupported(request, receives.mediaTypes), payload);
  };
}

function accepts({ headers }: FastifyRequest, mediaTypes: readonly string[]): boolean {
  if ((headers['content-encoding'] ?? 'identity') !== 'identity') return false;
  // HAPI says of an empty body that it is a form.
  if (!hasBody(headers)) return true;
  const type = headers['content-type'];
  if (type === undefined) return false;
  const [mediaType, ...parameters] = type
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length);
  return mediaTypes.includes(mediaType!) && /^"?(utf-?8|us-ascii)"?$/.test(charset ?? 'utf-8');
}

function hasBody(headers: FastifyRequest['headers']): boolean {
  return (headers['content-length'] ?? '0') !== '0' || headers['transfer-encoding'] !== undefined;
}

function unsupported({ headers: sent }: FastifyRequest, mediaTypes: readonly string[]): HttpProblem {
  const taken = `This route takes ${mediaTypes.join(', ')} in UTF-8, uncompressed.`;
  const isXml = /[/+]xml\b/i.test(sent['content-type'] ?? '');
  const message = isXml ? `${taken} XML is not taken: ${INSTEAD_OF_XML}` : taken;
  const headers = { 'accept-post': mediaTypes.join(', '), 'accept-encoding': 'identity' };
  return new HttpProblem(415, 'HTTP.UNSUPPORTED_MEDIA_TYPE', message, { headers });
}
