import { countNdjsonLines, halvesOfChunk, ndjsonChunks, ndjsonLines, type NdjsonChunk } from '../index.js';

const decoder = new TextDecoder();

async function* blocksOf(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

async function chunksOf(text: string, blockSize: number, maxBytes = 1e9, at = 0): Promise<NdjsonChunk[]> {
  const chunks: NdjsonChunk[] = [];
  for await (const chunk of ndjsonChunks(blocksOf(text, blockSize), at, maxBytes)) chunks.push(chunk);
  return chunks;
}

const textOf = (chunks: readonly NdjsonChunk[]): string =>
  chunks.map(({ body }) => decoder.decode(body)).join('');
const line = (length: number, of = 'x'): string => `${of.repeat(length - 1)}\n`;

describe('NDJSON', () => {
  it('is lines that hold something, the last one with or without its end', () => {
    const lines = [...ndjsonLines(Buffer.from('{"a":1}\r\n\n \t\r\n2\n\n3'))].map((one) =>
      decoder.decode(one),
    );
    expect(lines).toEqual(['{"a":1}\r', '2', '3']);
    expect(['', '\n', 'a', 'a\n', 'a\nb'].map((text) => countNdjsonLines(Buffer.from(text)))).toEqual([
      0, 0, 1, 1, 2,
    ]);
  });

  it.each([7, 1_000, 300_000, 5_000_000])(
    'is cut between lines, in blocks of %d bytes',
    async (blockSize) => {
      const text = Array.from({ length: 3_000 }, (_, at) => line(1 + ((at * 7919) % 900))).join('');
      const chunks = await chunksOf(text + 'no end', blockSize, undefined, 10);
      expect(textOf(chunks)).toBe(text + 'no end');
      expect(chunks[0]!.at).toBe(10);
      chunks.forEach(({ at, to, body }, index) => {
        expect(to - at).toBe(body.length);
        expect(chunks[index + 1]?.at ?? to).toBe(to);
        if (index < chunks.length - 1) expect(decoder.decode(body)).toMatch(/\n$/);
      });
      if (blockSize < 1e6) expect(chunks.length).toBeGreaterThan(1);
    },
  );

  it('passes over a line that is too long, and nothing else', async () => {
    const before = line(100, 'a').repeat(20);
    const text = `${before}${line(2_000_000, 'b')}${line(50, 'c')}${'d'.repeat(1_500_000)}`;
    for (const blockSize of [1_000, 100_000]) {
      const chunks = await chunksOf(text, blockSize, 1_000_000);
      expect(textOf(chunks)).toBe(before + line(50, 'c'));
      expect(chunks.filter(({ body }) => body.length === 0).map(({ at, to }) => to - at)).toEqual([
        2_000_000, 1_500_000,
      ]);
      expect(chunks.at(-1)!.to).toBe(text.length);
    }
  });

  it('is halved between lines, down to one', () => {
    const chunk = (text: string): NdjsonChunk => ({
      at: 5,
      to: 5 + text.length,
      body: Buffer.from(text),
    });
    for (const text of ['a\nb\n', 'a\nbbbbbbbbb\n', 'aaaaaaaaa\nb', 'a\nb\nc\nd']) {
      const [first, second] = halvesOfChunk(chunk(text))!;
      expect(textOf([first, second])).toBe(text);
      expect([first.at, first.to, second.to]).toEqual([5, second.at, 5 + text.length]);
      expect(Math.min(first.body.length, second.body.length)).toBeGreaterThan(0);
    }
    for (const text of ['a\n', 'aaaaa', '']) expect(halvesOfChunk(chunk(text))).toBeUndefined();
  });
});
