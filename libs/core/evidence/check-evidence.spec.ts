import { refusalOf } from '../testing/refusal.js';
import {
  CONTRACT,
  ExampleLog,
  newSigner,
  PATIENT,
  RECORD_SALT,
  SOURCE,
} from '../testing/example-evidence.node.js';
import {
  addSignatures,
  checkEvidence,
  describeDeletion,
  formatEvidence,
  parseEvidence,
  parseResource,
  signatureLine,
  toHex,
  type Evidence,
  type EvidenceReport,
} from '#core';

const example = new ExampleLog();
const { trust } = example;
const evidence = example.evidence();
const statusOf = (report: EvidenceReport) =>
  Object.fromEntries(report.checks.map(({ name, status }) => [name, status]));
const failures = (report: EvidenceReport) =>
  Object.fromEntries(
    report.checks.filter(({ status }) => status === 'failed').map(({ name, code }) => [name, code]),
  );
const edited = (edit: (patient: Record<string, unknown>) => void) => {
  const patient = JSON.parse(PATIENT) as Record<string, unknown>;
  edit(patient);
  // JSON.parse loses the precise decimal, which is none of the edits.
  return parseResource(JSON.stringify(patient).replace('"valueDecimal":1', '"valueDecimal":1.00'));
};

describe('the checklist', () => {
  it('names every check of genuine evidence, and what it left out', () => {
    const report = checkEvidence(evidence, trust, { resource: parseResource(PATIENT) });
    expect(statusOf(report)).toEqual({
      statement: 'passed',
      commitment: 'passed',
      leaf: 'passed',
      inclusion: 'passed',
      'checkpoint signature': 'passed',
      cosignatures: 'passed',
      opening: 'passed',
      resource: 'passed',
      'anchor anvil: checkpoint': 'passed',
      'anchor anvil: contract': 'passed',
      'anchor anvil: existence': 'skipped',
    });
    expect(report).toMatchObject({ verified: true, match: 'exact', differing: [] });
    expect(report.checks.at(-1)!.detail).toBe('existence on the ledger not asked');
    expect(report.checks[1]!.detail).toBe(toHex(example.version.commitment));
  });

  it('says so when there is no resource, no quorum, no anchor', () => {
    const report = checkEvidence({ ...evidence, anchors: [] }, { ...trust, quorum: 0 });
    expect(statusOf(report)).toMatchObject({ resource: 'skipped', cosignatures: 'skipped' });
    expect(report.checks.find(({ name }) => name === 'cosignatures')!.detail).toMatch(/asks for none/);
    expect(report.verified).toBe(true);
    expect(report).not.toHaveProperty('match');
  });

  it('reads its evidence from JSON as it wrote it', () => {
    const text = formatEvidence(evidence);
    expect(parseEvidence(text)).toEqual(evidence);
    expect(formatEvidence(parseEvidence(new TextEncoder().encode(text)))).toBe(text);
  });

  it('verifies a delete', () => {
    const deletion = describeDeletion({
      source: SOURCE,
      fhirVersion: '4.0.1',
      type: 'Patient',
      id: 'p1',
      version: '4',
      observed: '2026-01-02T03:04:07.000Z',
      recordSalt: RECORD_SALT,
    });
    const log = new ExampleLog(5, deletion.commitment);
    const opening = { salt: toHex(RECORD_SALT), elements: {} };
    const deleted = { ...evidence, statement: deletion.statement, opening, proof: log.proof(9), anchors: [] };
    const keys = { ...log.trust, logs: [log.log.verifierKey] };
    expect(checkEvidence(deleted, keys).verified).toBe(true);
    const compared = checkEvidence(deleted, keys, { resource: parseResource(PATIENT) });
    expect(compared).toMatchObject({ verified: false, match: 'none' });
  });
});

describe('the log behind the evidence', () => {
  it.each<[string, Partial<Evidence>, Record<string, string>]>([
    ['another index', { index: 4 }, { inclusion: 'EVIDENCE.OTHER_INDEX' }],
    [
      'another statement',
      { statement: { ...evidence.statement, id: 'p2' } },
      { inclusion: 'MERKLE.INVALID_PROOF' },
    ],
    [
      "another entry's proof",
      { proof: example.proof(9, example.checkpoint(9), 4), index: 4 },
      { inclusion: 'MERKLE.INVALID_PROOF' },
    ],
    [
      "another log's proof",
      { proof: new ExampleLog().proof(9) },
      { 'checkpoint signature': 'NOTE.NO_TRUSTED_SIGNATURE', cosignatures: 'EVIDENCE.NO_QUORUM' },
    ],
    [
      'a checkpoint that nobody signed for us',
      { proof: example.proof(9, example.checkpoint(9, [newSigner('log.example/attestry')])) },
      {
        'checkpoint signature': 'NOTE.NO_TRUSTED_SIGNATURE',
        cosignatures: 'EVIDENCE.NO_QUORUM',
      },
    ],
    [
      'a checkpoint signed for a witness only',
      { proof: example.proof(9, example.checkpoint(9, example.witnesses)) },
      {
        'checkpoint signature': 'NOTE.NO_TRUSTED_SIGNATURE',
      },
    ],
  ])('is refused with %s', (_, change, expected) => {
    const report = checkEvidence({ ...evidence, ...change, anchors: [] }, trust);
    expect(failures(report)).toEqual(expected);
    expect(report.verified).toBe(false);
  });

  it('needs as many witnesses as the trust file asks for, each with its own key', () => {
    const one = {
      ...evidence,
      proof: example.proof(9, example.checkpoint(9, [example.log, example.witnesses[0]!])),
    };
    expect(checkEvidence(one, trust).verified).toBe(true);
    expect(failures(checkEvidence(one, { ...trust, quorum: 2 }))).toEqual({
      cosignatures: 'EVIDENCE.NO_QUORUM',
    });
    expect(checkEvidence(evidence, { ...trust, quorum: 2 }).verified).toBe(true);
  });

  it("fails with a trusted witness's wrong cosignature, even when none is asked for", () => {
    const wrong = signatureLine('another text\n', example.witnesses[1]!);
    const checkpoint = addSignatures(example.checkpoint(9, [example.log, example.witnesses[0]!]), [wrong]);
    const bad = { ...evidence, proof: example.proof(9, checkpoint) };
    for (const quorum of [0, 1])
      expect(failures(checkEvidence(bad, { ...trust, quorum }))).toEqual({
        cosignatures: 'NOTE.BAD_SIGNATURE',
      });
  });

  it('is refused without a trusted log', () => {
    expect(failures(checkEvidence(evidence, { ...trust, logs: [] }))).toEqual({
      'checkpoint signature': 'NOTE.NO_TRUSTED_SIGNATURE',
    });
  });
});

describe('the opening', () => {
  const opening = evidence.opening!;
  it.each([
    ['another salt', { ...opening, salt: '00'.repeat(32) }],
    ['a leaf changed', { ...opening, elements: { ...opening.elements, birthDate: '00'.repeat(32) } }],
    ['a leaf more', { ...opening, elements: { ...opening.elements, zzz: '00'.repeat(32) } }],
    ['no leaves', { ...opening, elements: {} }],
    ['names that order the leaves otherwise', renamed(opening.elements)],
  ])('is refused with %s', (_, changed) => {
    const report = checkEvidence({ ...evidence, opening: changed }, trust);
    expect(failures(report)).toEqual({ opening: 'EVIDENCE.WRONG_OPENING' });
  });

  function renamed({ birthDate, ...others }: Readonly<Record<string, string>>) {
    return { ...opening, elements: { ...others, zDate: birthDate! } };
  }

  it('is refused once a resource shows that its names are not those of the leaves', () => {
    const { birthDate, ...others } = opening.elements;
    const misnamed = { ...opening, elements: { ...others, birthDatf: birthDate! } };
    const report = checkEvidence({ ...evidence, opening: misnamed }, trust, {
      resource: parseResource(PATIENT),
    });
    expect(failures(report)).toEqual({ resource: 'EVIDENCE.WRONG_OPENING' });
  });
});

describe('a resource beside the evidence', () => {
  const check = (resource = parseResource(PATIENT), bases: readonly string[] = []) =>
    checkEvidence(evidence, trust, { resource, bases });

  it('matches exactly, however its JSON is written, and whatever the server says of the version', () => {
    const written = edited((patient) => {
      patient['meta'] = {
        ...(patient['meta'] as object),
        versionId: '9',
        lastUpdated: '2027-01-01T00:00:00Z',
      };
    });
    expect(check(written)).toMatchObject({ verified: true, match: 'exact' });
  });

  it('matches as a copy with another id, meta, narrative and base, and says what is different', () => {
    const copy = edited((patient) => {
      patient['id'] = 'copied';
      delete patient['meta'];
      delete patient['text'];
      patient['managingOrganization'] = { reference: 'https://partner.example/fhir/Organization/o1' };
    });
    expect(check(copy)).toMatchObject({ verified: false, match: 'partial' });
    expect(check(copy, ['https://partner.example/fhir'])).toMatchObject({
      verified: true,
      match: 'portable',
      differing: ['id', 'managingOrganization', 'meta', 'text'],
    });
  });

  it('names the element that was altered, added or taken away', () => {
    const altered = check(edited((patient) => (patient['birthDate'] = '1970-01-02')));
    expect(altered).toMatchObject({ verified: false, match: 'partial', differing: ['birthDate'] });
    expect(altered.matching).toContain('name');
    expect(failures(altered)).toEqual({ resource: 'EVIDENCE.OTHER_RESOURCE' });
    expect(check(edited((patient) => (patient['active'] = true))).differing).toEqual(['active']);
    expect(check(edited((patient) => delete patient['_birthDate'])).differing).toEqual(['birthDate']);
    expect(check(parseResource(PATIENT.replace('1.00', '1.0'))).differing).toEqual(['birthDate']);
  });

  it('matches in nothing when only the type is the same', () => {
    const other = parseResource('{"resourceType":"Patient","birthDate":"2000-01-01","__proto__":{"a":1}}');
    const report = check(other);
    expect(report).toMatchObject({ verified: false, match: 'none', matching: ['resourceType'] });
    expect(report.differing).toContain('_proto__');
  });
});

describe('anchors', () => {
  const check = (anchor: Partial<Evidence['anchors'][number]>, base = example.anchor(9, 7)) =>
    checkEvidence({ ...evidence, anchors: [{ ...base, ...anchor }] }, trust);

  it('may be older or newer than the checkpoint of the proof, or the same', () => {
    for (const anchored of [6, 7, 9, 12, 20])
      expect(check({}, example.anchor(9, anchored)).verified).toBe(true);
  });

  it('must hold the entry and be of the same log', () => {
    const [name, code] = ['anchor anvil: checkpoint', 'MERKLE.INVALID_PROOF'];
    expect(failures(check({}, example.anchor(9, 5)))).toEqual({ [name]: 'EVIDENCE.ANCHOR_TOO_OLD' });
    expect(failures(check({ root: '00'.repeat(32) }))).toEqual({ [name]: code });
    expect(failures(check({ consistency: [] }))).toEqual({ [name]: code });
    expect(failures(check({ size: 8 }))).toEqual({ [name]: code });
    expect(failures(check({}, new ExampleLog(4).anchor(9, 7)))).toEqual({ [name]: code });
    expect(failures(check({ root: '00'.repeat(32) }, example.anchor(9, 9)))).toEqual({ [name]: code });
  });

  it('must be on a contract and a chain that the trust file names, in whatever case', () => {
    const { facts } = example.anchor(9, 7);
    const name = 'anchor anvil: contract';
    expect(check({ facts: { ...facts, contract: CONTRACT } }).verified).toBe(true);
    expect(failures(check({ facts: { ...facts, chainId: 1 } }))).toEqual({
      [name]: 'EVIDENCE.UNKNOWN_LEDGER',
    });
    const elsewhere = `0x${'00'.repeat(20)}`;
    expect(failures(check({ facts: { ...facts, contract: elsewhere } }))).toEqual({
      [name]: 'EVIDENCE.UNKNOWN_LEDGER',
    });
    const unnamed = checkEvidence(evidence, { ...trust, ledgers: [] });
    expect([unnamed.verified, statusOf(unnamed)[name]]).toEqual([true, 'skipped']);
  });

  it('of a kind that is not known here are skipped, with their reason', () => {
    const report = check({ kind: 'rfc3161', facts: { token: 'AAAA' } });
    expect(report.checks.find(({ name }) => name === 'anchor anvil: contract')!.detail).toMatch(
      /does not know/,
    );
    expect(refusalOf(() => check({ kind: 'evm', facts: { token: 'AAAA' } }))).toBe('EVIDENCE.MALFORMED');
  });
});
