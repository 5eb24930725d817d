import { HttpException } from '@nestjs/common';
import { CoreError, type CoreErrorCode } from '#core';
import { type Advice, PortError } from '#ports';
import { BatcherFull } from '../batching/batcher.js';
import { HttpProblem } from '../platform.errors.js';

/** An answer other than success, in the form that both our own API and FHIR are written from. */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly position?: number | undefined;
  readonly advice: Advice;
  readonly headers: Readonly<Record<string, string>>;
}

const CORE_STATUS: Partial<Record<CoreErrorCode, number>> = {
  'CANONICAL.TOO_LARGE': 413,
  'RESOURCE.NOT_A_RESOURCE': 422,
  'BUNDLE.MALFORMED': 422,
  'TILE.INVALID_PATH': 404,
};

/** What HTTP itself refuses. The messages are ours: Nest's and Fastify's repeat the URL. */
const HTTP_PROBLEMS: Readonly<Record<number, readonly [code: string, message: string]>> = {
  400: ['HTTP.BAD_REQUEST', 'The request is malformed.'],
  401: ['HTTP.UNAUTHENTICATED', 'The caller is not known.'],
  403: ['HTTP.FORBIDDEN', 'The caller may not do this.'],
  404: ['HTTP.NOT_FOUND', 'There is nothing at this URL.'],
  405: ['HTTP.METHOD_NOT_ALLOWED', 'This URL does not take this method.'],
  408: ['HTTP.TIMEOUT', 'The request took too long to arrive.'],
  413: ['HTTP.BODY_TOO_LARGE', 'The body is larger than this route takes.'],
  414: ['HTTP.URL_TOO_LONG', 'The URL is too long.'],
  415: ['HTTP.UNSUPPORTED_MEDIA_TYPE', 'This route does not take this media type.'],
  431: ['HTTP.HEADERS_TOO_LARGE', 'The headers are too large.'],
};

/** Says what anything thrown means to the client. Nothing of an error that is not ours reaches the answer. */
export function problemOf(error: unknown): Problem {
  if (error instanceof HttpProblem) {
    const { status, code, message, details } = error;
    const advice = details.advice ?? (status === 503 ? 'retry' : 'stop');
    return {
      status,
      code,
      message,
      position: details.position,
      advice,
      headers: withRetryAfter(status, advice, details.headers),
    };
  }
  if (error instanceof CoreError) {
    const { code, message, position } = error;
    return { status: CORE_STATUS[code] ?? 400, code, message, position, advice: 'stop', headers: {} };
  }
  if (error instanceof PortError) {
    const { code, message, advice } = error;
    const status = portStatus(error);
    return { status, code, message, advice, headers: withRetryAfter(status, advice) };
  }
  if (error instanceof BatcherFull) {
    return problemOf(new HttpProblem(503, 'OVERLOADED', 'Too much waits already.', { advice: 'slow-down' }));
  }
  return httpProblem(statusOf(error));
}

/** The problem that a bare HTTP status stands for. */
export function httpProblem(status: number, headers: Problem['headers'] = {}): Problem {
  const known = HTTP_PROBLEMS[status];
  if (known) return { status, code: known[0], message: known[1], advice: 'stop', headers };
  if (status >= 400 && status < 500) return { ...httpProblem(400), status };
  if (status === 503) {
    const unavailable = {
      code: 'UNAVAILABLE',
      message: 'The service cannot answer now.',
      advice: 'retry',
    } as const;
    return { status, ...unavailable, headers: withRetryAfter(status, 'retry') };
  }
  return { status: 500, code: 'INTERNAL', message: 'The service failed.', advice: 'retry', headers: {} };
}

function portStatus({ code, advice }: PortError): number {
  if (code.endsWith('.NOT_FOUND')) return 404;
  if (code.endsWith('.REFUSED')) return 502;
  return advice === 'stop' ? 500 : 503;
}

function withRetryAfter(
  status: number,
  advice: Advice,
  headers: Problem['headers'] = {},
): Problem['headers'] {
  return status === 503 ? { 'retry-after': advice === 'slow-down' ? '5' : '1', ...headers } : headers;
}

/** Fastify's errors, and those of a body that breaks off, carry the status that they stand for. */
function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const status = (error as { statusCode?: unknown } | undefined | null)?.statusCode;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500;
}
