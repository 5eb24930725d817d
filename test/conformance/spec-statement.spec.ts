import { createHash, createHmac } from 'node:crypto';
import {
  commitmentOf,
  describeDeletion,
  describeVersion,
  formatStatement,
  fromHex,
  parseResource,
  parseStatement,
  toHex,
} from '#core';
import { examplesOf, linesOf } from './spec-page.js';

describe('the examples of docs/spec/statement.md', () => {
  const example = examplesOf('statement.md');
  const views = examplesOf('views.md');
  const line = (name: string) => linesOf(example(name))[0]!;
  const recordSalt = fromHex(line('record-salt'), 32);
  const salts = new Map(linesOf(example('salts')).map((each) => each.split(/ +/) as [string, string]));
  const statement = parseStatement(line('statement'));
  const hmac = (key: Uint8Array, data: string | Uint8Array) =>
    createHmac('sha256', key).update(data).digest('hex');

  it('derive every salt from the record salt', () => {
    for (const [label, salt] of salts) expect(hmac(recordSalt, label)).toBe(salt);
    expect([...salts.keys()]).toEqual(['statement', 'view:exact', 'view:portable']);
    expect(statement.salt).toBe(salts.get('statement'));
  });

  it.each(['exact', 'portable'] as const)('blind the %s digest of the example resource', (view) => {
    const digest = fromHex(linesOf(views(`${view}-digest`))[0]!);
    expect(statement[view]).toBe(hmac(fromHex(salts.get(`view:${view}`)!), digest));
  });

  it('hold the root of the example elements', () => {
    const elements = examplesOf('elements.md');
    const count = linesOf(elements('leaves')).length;
    expect(statement.elements).toEqual({ count, root: linesOf(elements('root'))[0] });
  });

  it.each([
    ['statement', 'commitment'],
    ['deletion', 'deletion-commitment'],
  ])('commit to the %s', (text, commitment) => {
    const hash = createHash('sha256')
      .update(`attestry/statement/v1\n${line(text)}`)
      .digest('hex');
    expect(hash).toBe(line(commitment));
    expect(toHex(commitmentOf(parseStatement(line(text))))).toBe(line(commitment));
  });

  it('are what the core makes of the example resource', () => {
    const { source, fhirVersion, type, id } = statement;
    const common = { source, fhirVersion, recordSalt };
    const resource = parseResource(views('resource'));
    const { observed } = statement;
    const described = describeVersion({ ...common, observed, resource, interaction: 'update' });
    expect(formatStatement(described.statement)).toBe(line('statement'));
    const deletion = describeDeletion({
      ...common,
      type,
      id,
      version: '5',
      observed: '2026-01-03T00:00:00.000Z',
    });
    expect(formatStatement(deletion.statement)).toBe(line('deletion'));
  });
});
