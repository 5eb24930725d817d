import { ExampleLog, newSigner } from '../testing/example-evidence.node.js';
import { refusalOf } from '../testing/refusal.js';
import { formatTrust, formatVerifierKey, parseTrust, parseVerifierKey, type Trust } from '#core';

const example = new ExampleLog();
const { trust } = example;
const changed = (change: Partial<Record<keyof Trust, unknown>>) => JSON.stringify({ ...trust, ...change });

describe('a trust file', () => {
  it('reads what it wrote', () => {
    expect(parseTrust(formatTrust(trust))).toEqual(trust);
    expect(formatTrust(trust)).toMatch(/^\{\n {2}"attestry": 1,\n/);
  });

  it('may name nobody', () => {
    expect(parseTrust(changed({ logs: [], witnesses: [], quorum: 0, ledgers: [] })).logs).toEqual([]);
  });

  const renamed = (vkey: string, name: string) => formatVerifierKey({ ...parseVerifierKey(vkey), name });
  const retyped = (vkey: string, type: number) => formatVerifierKey({ ...parseVerifierKey(vkey), type });
  const [log, witness] = [example.log.verifierKey, example.witnesses[0]!.verifierKey];
  const ledger = trust.ledgers[0]!;
  it.each([
    ['another version', changed({ attestry: 2 })],
    ['no version', changed({ attestry: undefined })],
    ['a member more', JSON.stringify({ ...trust, extra: 1 })],
    ['a quorum of more witnesses than there are', changed({ quorum: 3 })],
    ['a quorum below none', changed({ quorum: -1 })],
    ['a quorum in words', changed({ quorum: '1' })],
    ['a log key that is a witness key', changed({ logs: [newSigner('log.example', 1).verifierKey] })],
    ['a witness key that is a log key', changed({ witnesses: [retyped(witness, 1)] })],
    ['a broken key', changed({ logs: [log.slice(1)] })],
    ['no key', changed({ logs: [null] })],
    ['a log twice', changed({ logs: [log, log] })],
    ['one witness under two names', changed({ witnesses: [witness, renamed(witness, 'other.example')] })],
    ['another kind of ledger', changed({ ledgers: [{ ...ledger, kind: 'other' }] })],
    ['a contract without an address', changed({ ledgers: [{ ...ledger, contract: '0x12' }] })],
    ['a chain in words', changed({ ledgers: [{ ...ledger, chainId: '1' }] })],
    ['no JSON', 'trust me'],
    ['no object', '[]'],
  ])('is refused with %s', (_, text) => {
    expect(refusalOf(() => parseTrust(text))).toBe('TRUST.MALFORMED');
  });

  it('is never written unreadable', () => {
    expect(refusalOf(() => formatTrust({ ...trust, quorum: 3 }))).toBe('TRUST.MALFORMED');
    expect(refusalOf(() => formatTrust(undefined as unknown as Trust))).toBe('TRUST.MALFORMED');
  });
});
