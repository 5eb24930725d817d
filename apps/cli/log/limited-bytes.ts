import { concatBytes } from '#core';

/** All bytes of a stream, or a few more than `maxBytes` of one that is longer: nobody can fill our memory. */
export async function limitedBytes(stream: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > maxBytes) break;
  }
  return concatBytes(...chunks);
}
