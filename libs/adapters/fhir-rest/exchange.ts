import { PortError } from '#ports';
import { malformed, statusError, unavailable } from './fhir-rest.errors.js';

export interface ExchangeLimits {
  /** For a whole exchange: connection, headers and body. */
  readonly timeoutMs: number;
  /** Largest answer, in bytes. */
  readonly maxBytes: number;
}

/**
 * One HTTP exchange; answers the body's bytes as received. Redirects are not followed. Throws PortError: for a status
 * other than 2xx a SourceStatusError, SOURCE.UNAVAILABLE without an answer, SOURCE.MALFORMED over the limit.
 */
export async function exchange(url: string, init: RequestInit, limits: ExchangeLimits): Promise<Uint8Array> {
  const signal = AbortSignal.timeout(limits.timeoutMs);
  try {
    const response = await fetch(url, { ...init, redirect: 'manual', signal });
    if (!response.ok) {
      await response.body?.cancel();
      throw statusError(response.status, response.headers);
    }
    return await readBody(response, limits.maxBytes);
  } catch (error) {
    if (error instanceof PortError) throw error;
    throw unavailable(reasonOf(error));
  }
}

async function readBody(response: Response, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // The type library gives the stream's chunks no type.
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > maxBytes) throw malformed(`The source's answer exceeds ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { code } = (error.cause ?? {}) as { readonly code?: unknown };
  return typeof code === 'string' ? code : error.name;
}
