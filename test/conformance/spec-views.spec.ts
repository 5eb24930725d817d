import { createHash } from 'node:crypto';
import { exactView, parseResource, portableView, toHex, viewDigests } from '#core';
import { examplesOf, linesOf } from './spec-page.js';

describe('the examples of docs/spec/views.md', () => {
  const example = examplesOf('views.md');
  const line = (name: string) => linesOf(example(name))[0]!;
  const base = 'https://fhir.example.org/r4';
  const resource = parseResource(example('resource'));

  it('have the views shown', () => {
    expect(exactView(resource)).toBe(line('exact'));
    expect(portableView(resource, base)).toBe(line('portable'));
  });

  it.each(['exact', 'portable'] as const)('have the %s digest shown', (view) => {
    expect(createHash('sha256').update(line(view)).digest('hex')).toBe(line(`${view}-digest`));
    expect(toHex(viewDigests(resource, base)[view])).toBe(line(`${view}-digest`));
  });

  it('survive copying in the portable view alone', () => {
    const copy = parseResource(example('copy'));
    expect(portableView(copy, base)).toBe(line('portable'));
    expect(exactView(copy)).not.toBe(line('exact'));
  });

  it.each(linesOf(example('numbers')).map((each) => each.split(/ +/) as [string, string]))(
    'write the number %s as %s',
    (token, portable) => {
      const view = portableView(parseResource(`{"resourceType":"Basic","n":${token}}`));
      expect(view).toBe(`{"n":${portable},"resourceType":"Basic"}`);
    },
  );
});
