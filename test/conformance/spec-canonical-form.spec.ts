import { createHash } from 'node:crypto';
import { canonicalise } from '#core';
import { examplesOf, linesOf } from './spec-page.js';

describe('the examples of docs/spec/canonical-form.md', () => {
  const example = examplesOf('canonical-form.md');
  const bytes = Buffer.from(linesOf(example('bytes')).join(''), 'hex');

  it('canonicalise to the bytes and the digest shown', () => {
    expect(canonicalise(example('input'))).toBe(linesOf(example('canonical'))[0]);
    expect(bytes.toString()).toBe(linesOf(example('canonical'))[0]);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(linesOf(example('digest'))[0]);
  });

  it.each(linesOf(example('refused')))('are refused as shown: %s', (line) => {
    const [, text, code, position] = /^(.*?) +(CANONICAL\.\w+) (\d+)$/.exec(line) ?? [];
    expect(() => canonicalise(text!)).toThrow(
      expect.objectContaining({ code, position: Number(position) }) as Error,
    );
  });
});
