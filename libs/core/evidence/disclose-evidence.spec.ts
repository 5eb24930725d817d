import { ExampleLog, PATIENT, RECORD_SALT } from '../testing/example-evidence.node.js';
import { refusalOf } from '../testing/refusal.js';
import {
  checkEvidence,
  concatBytes,
  discloseEvidence,
  formatEvidence,
  fromHex,
  hmacSha256,
  leafHash,
  parseEvidence,
  parseResource,
  sha256,
  toHex,
  utf8,
  viewDigests,
  type Disclosure,
  type EvidenceReport,
} from '#core';

const example = new ExampleLog();
const { trust, resource } = example;
const disclosed = discloseEvidence(example.evidence(), resource, ['name']);
const failures = (report: EvidenceReport) =>
  Object.fromEntries(
    report.checks.filter(({ status }) => status === 'failed').map(({ name, code }) => [name, code]),
  );

describe('a disclosure', () => {
  it('verifies by itself and with a resource that holds what it shows', () => {
    const read = parseEvidence(formatEvidence(disclosed));
    const alone = checkEvidence(read, trust);
    expect(alone.verified).toBe(true);
    expect(alone.checks.map(({ name, status }) => `${name}: ${status}`)).toEqual(
      expect.arrayContaining(['opening: skipped', 'resource: skipped', 'disclosure name: passed']),
    );
    expect(checkEvidence(read, trust, { resource })).toMatchObject({
      verified: true,
      match: 'partial',
      matching: ['name'],
      differing: [],
    });
  });

  it('shows any elements, all of them or none', () => {
    const names = example.version.elements.map(({ name }) => name);
    const all = discloseEvidence(example.evidence(), resource, [...names, 'name']);
    expect(all.disclosures!.map(({ name }) => name)).toEqual(names);
    expect(checkEvidence(all, trust, { resource }).verified).toBe(true);
    const none = discloseEvidence(example.evidence(), resource, []);
    expect(checkEvidence(none, trust).verified).toBe(true);
    expect(failures(checkEvidence(none, trust, { resource }))).toEqual({
      resource: 'EVIDENCE.OTHER_RESOURCE',
    });
  });

  it('does not verify with a resource that holds another value', () => {
    const other = parseResource(PATIENT.replace('Ångström', 'Angstrom'));
    const report = checkEvidence(disclosed, trust, { resource: other });
    expect(report).toMatchObject({ verified: false, match: 'none', differing: ['name'] });
    expect(failures(report)).toEqual({
      resource: 'EVIDENCE.OTHER_RESOURCE',
      'disclosure name': 'EVIDENCE.OTHER_RESOURCE',
    });
  });

  it.each<[string, Partial<Disclosure>, string]>([
    ['another value', { json: '{"name":[{"family":"Other"}]}' }, 'MERKLE.INVALID_PROOF'],
    ['another name', { name: 'alias' }, 'EVIDENCE.WRONG_DISCLOSURE'],
    ['another salt', { salt: '00'.repeat(32) }, 'MERKLE.INVALID_PROOF'],
    ['another position', { position: 0 }, 'MERKLE.INVALID_PROOF'],
    ['a position outside', { position: 99 }, 'MERKLE.INVALID_PROOF'],
    ['a shorter path', { path: disclosed.disclosures![0]!.path.slice(1) }, 'MERKLE.INVALID_PROOF'],
    ['white space in its JSON', { json: `${disclosed.disclosures![0]!.json} ` }, 'EVIDENCE.WRONG_DISCLOSURE'],
    ['two members', { json: '{"active":true,"name":[]}' }, 'EVIDENCE.WRONG_DISCLOSURE'],
    ['no member', { json: '{}' }, 'EVIDENCE.WRONG_DISCLOSURE'],
    ['no object', { json: '"name"' }, 'EVIDENCE.WRONG_DISCLOSURE'],
    ['broken JSON', { json: '{"name":' }, 'EVIDENCE.WRONG_DISCLOSURE'],
    ['a member twice', { json: '{"name":1,"name":2}' }, 'EVIDENCE.WRONG_DISCLOSURE'],
  ])('is refused with %s', (_, change, code) => {
    const disclosures = [{ ...disclosed.disclosures![0]!, ...change }];
    const report = checkEvidence({ ...disclosed, disclosures }, trust);
    expect(report.verified).toBe(false);
    expect(Object.values(failures(report))).toEqual([code]);
  });

  it('cannot be made of a disclosure, of another resource, or of an element that is not there', () => {
    const evidence = example.evidence();
    const other = parseResource(PATIENT.replace('1970', '1971'));
    expect(refusalOf(() => discloseEvidence(disclosed, resource, ['name']))).toBe('EVIDENCE.CANNOT_DISCLOSE');
    expect(refusalOf(() => discloseEvidence(evidence, other, ['name']))).toBe('EVIDENCE.CANNOT_DISCLOSE');
    for (const name of ['_birthDate', 'toString', '__proto__', ''])
      expect(refusalOf(() => discloseEvidence(evidence, resource, [name]))).toBe('EVIDENCE.CANNOT_DISCLOSE');
  });
});

describe('what a disclosure hides', () => {
  const text = formatEvidence({ ...disclosed, anchors: [] });
  const bytesIn = [...text.matchAll(/[0-9a-f]{64}/g)].map(([hex]) => hex);
  const known = new Set([...bytesIn, '']);

  it('holds neither the record salt, nor a salt of another element, nor a digest of a view', () => {
    const { exact, portable } = viewDigests(resource, disclosed.statement.source);
    const hidden = example.version.elements.filter(({ name }) => name !== 'name');
    const secrets = [
      toHex(RECORD_SALT),
      toHex(exact),
      toHex(portable),
      ...hidden.map(({ name }) => toHex(hmacSha256(RECORD_SALT, `element:${name}`))),
      ...['view:exact', 'view:portable'].map((label) => toHex(hmacSha256(RECORD_SALT, label))),
    ];
    for (const secret of secrets) expect(text).not.toContain(secret);
    expect(text).not.toContain('1970-01-01');
    expect(text).not.toContain('birthDate');
  });

  it('keeps a birth date from a reader who tries every day of a century with every value in the document', () => {
    // The element really is so, and would be found with its salt: the search below can find what is there to find.
    const birthDate = (day: string) => {
      const extension = '[{"url":"http://example.org/x","valueDecimal":1.00}]';
      return `{"_birthDate":{"extension":${extension}},"birthDate":"${day}"}`;
    };
    const keys = [new Uint8Array(), ...bytesIn.map((hex) => fromHex(hex))];
    const find = (salts: readonly Uint8Array[], leaves: ReadonlySet<string>) => {
      for (const day of days('1920-01-01', '2020-01-01')) {
        const json = utf8(birthDate(day));
        for (const salt of salts)
          if (leaves.has(Buffer.from(leafHash(concatBytes(salt, json))).toString('hex'))) return day;
      }
      return undefined;
    };
    const leaf = example.version.elements.find(({ name }) => name === 'birthDate')!.leaf;
    const realSalt = hmacSha256(RECORD_SALT, 'element:birthDate');
    expect(find([realSalt], new Set([toHex(leaf)]))).toBe('1970-01-01');
    // Every value of the document as salt, and as the record salt that salts derive from.
    const salts = keys.flatMap((key) => [key, hmacSha256(key, 'element:birthDate')]);
    expect(find(salts, new Set([...known, toHex(leaf)]))).toBeUndefined();
  }, 120_000);

  it('keeps the whole resource from a reader who holds a copy of it', () => {
    const digests = viewDigests(resource, disclosed.statement.source);
    for (const key of bytesIn.map((hex) => fromHex(hex)))
      for (const view of ['exact', 'portable'] as const) {
        const blinded = [digests[view], sha256(digests[view]), hmacSha256(key, digests[view])];
        blinded.push(hmacSha256(hmacSha256(key, `view:${view}`), digests[view]));
        for (const guess of blinded) expect(disclosed.statement[view]).not.toBe(toHex(guess));
      }
  });
});

function* days(from: string, to: string): Generator<string> {
  for (let time = Date.parse(from); time < Date.parse(to); time += 86_400_000)
    yield new Date(time).toISOString().slice(0, 10);
}
