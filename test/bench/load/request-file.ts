import { readFile, writeFile } from 'node:fs/promises';

/** A rendered HTTP request, and a text that a right answer has in its body. */
export interface RenderedRequest {
  readonly bytes: Uint8Array;
  readonly expect: string;
}

/**
 * Writes requests for the load generator to send: rendered before the clock starts, so that sending costs it little of
 * the processors that it shares with what it measures. Each: length of the request and of the text, 4 bytes each (big
 * endian), request, text.
 */
export async function writeRequests(file: string, requests: readonly RenderedRequest[]): Promise<void> {
  const parts = requests.flatMap(({ bytes, expect }) => {
    const text = Buffer.from(expect);
    const lengths = Buffer.alloc(8);
    lengths.writeUInt32BE(bytes.length, 0);
    lengths.writeUInt32BE(text.length, 4);
    return [lengths, bytes, text];
  });
  await writeFile(file, Buffer.concat(parts), { mode: 0o600 });
}

/** The reverse of {@link writeRequests}. */
export async function readRequests(file: string): Promise<readonly RenderedRequest[]> {
  const all = await readFile(file);
  const requests: RenderedRequest[] = [];
  for (let at = 0; at < all.length;) {
    const body = at + 8;
    const text = body + all.readUInt32BE(at);
    const next = text + all.readUInt32BE(at + 4);
    requests.push({ bytes: all.subarray(body, text), expect: all.toString('utf8', text, next) });
    at = next;
  }
  return requests;
}

/** Renders a POST over HTTP/1.1 with a FHIR resource as body. */
export function renderPost(
  path: string,
  body: Uint8Array,
  headers: Readonly<Record<string, string>> = {},
): Uint8Array {
  const lines = Object.entries({
    host: '127.0.0.1',
    'content-type': 'application/fhir+json',
    'content-length': String(body.length),
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n`), body]);
}
