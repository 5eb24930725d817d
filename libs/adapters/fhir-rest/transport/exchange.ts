import { fetch, type Dispatcher, type RequestInit, type Response } from 'undici';
import { PortError } from '#ports';
import { malformed, statusError, unavailable } from '../fhir-rest.errors.js';

/** One request, to be sent as it is. */
export interface Message {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

/** A 2xx answer. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** As received, decompressed. */
  readonly body: Uint8Array;
}

/** A 2xx answer whose body comes bit by bit. */
export interface OpenedAnswer extends Omit<Answer, 'body'> {
  readonly chunks: AsyncIterable<Uint8Array>;
}

export interface ExchangeLimits {
  /** For a whole exchange: connection, headers and body. */
  readonly timeoutMs: number;
  /** Largest answer, in bytes. */
  readonly maxBytes: number;
}

/**
 * One HTTP exchange. Redirects are not followed. Throws PortError: for a status other than 2xx a SourceStatusError,
 * SOURCE.UNAVAILABLE without an answer, SOURCE.MALFORMED over the limit, SOURCE.REFUSED for a private address.
 */
export async function exchange(
  message: Message,
  dispatcher: Dispatcher,
  limits: ExchangeLimits,
): Promise<Answer> {
  const { chunks, ...answer } = await openExchange(
    message,
    dispatcher,
    AbortSignal.timeout(limits.timeoutMs),
  );
  return { ...answer, body: await gather(chunks, limits.maxBytes) };
}

/** The same with a body of any size, which ends with SOURCE.UNAVAILABLE when it breaks off. */
export async function openExchange(
  { url, ...init }: Message,
  dispatcher: Dispatcher,
  signal: AbortSignal,
): Promise<OpenedAnswer> {
  const response = await send(url, {
    ...init,
    body: init.body ?? null,
    redirect: 'manual',
    signal,
    dispatcher,
  });
  const { status } = response;
  const headers = new Headers([...response.headers]);
  if (response.ok) return { status, headers, chunks: chunksOf(response) };
  await response.body?.cancel().catch(() => undefined);
  throw statusError(status, headers);
}

async function send(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    throw told(error);
  }
}

async function* chunksOf({ body }: Response): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    // The type library gives the stream's chunks no type.
    yield* (body ?? []) as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw told(error);
  }
}

async function gather(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > maxBytes) throw malformed(`The source's answer exceeds ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

/** An address that was refused comes wrapped; any other error may quote what was received, and keeps only its code. */
function told(error: unknown): PortError {
  const { cause } = error as { readonly cause?: unknown };
  if (cause instanceof PortError) return cause;
  const { code } = (cause ?? {}) as { readonly code?: unknown };
  return unavailable(typeof code === 'string' ? code : error instanceof Error ? error.name : 'unknown');
}
