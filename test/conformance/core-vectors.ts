import {
  canonicalise,
  checkEvidence,
  commitmentOf,
  CoreError,
  discloseEvidence,
  exactElements,
  exactView,
  fromBase64,
  fromHex,
  hmacSha256,
  inclusionProof,
  leafHash,
  openCheckpoint,
  openNote,
  parseEvidence,
  parseResource,
  parseTlogProof,
  parseTrust,
  parseVerifierKey,
  portableView,
  sha256,
  toHex,
  treeHash,
  utf8,
  verifyConsistency,
  verifyEd25519,
  verifyInclusion,
  viewDigests,
} from '#core';

/** What a browser cannot read from files. */
export interface VectorInputs {
  /** Worked examples of docs/spec, by page and name. */
  readonly pages: Readonly<Record<'notes' | 'evidence', Readonly<Record<string, string>>>>;
  /** transparency-dev/merkle; empty where the shared vectors are absent. */
  readonly inclusion: readonly InclusionVector[];
  readonly consistency: readonly ConsistencyVector[];
}

export interface InclusionVector {
  readonly case: string;
  readonly leafIdx: number;
  readonly treeSize: number;
  readonly root: string;
  readonly leafHash: string;
  readonly proof: readonly string[] | null;
  readonly wantErr: boolean;
}

export interface ConsistencyVector {
  readonly case: string;
  readonly size1: number;
  readonly size2: number;
  readonly root1: string;
  readonly root2: string;
  readonly proof: readonly string[] | null;
  readonly wantErr: boolean;
}

export interface VectorResult {
  readonly passed: number;
  readonly failed: number;
  readonly failures: readonly string[];
  /** What was computed, by vector: the same wherever the core runs. */
  readonly computed: Readonly<Record<string, string>>;
}

/** Runs the core's vectors with nothing but the core: no test framework, no Node, no DOM. */
export function runCoreVectors(inputs: VectorInputs): VectorResult {
  const run = new VectorRun();
  hashVectors(run);
  signatureVectors(run);
  canonicalVectors(run);
  viewVectors(run);
  merkleVectors(run, inputs);
  noteVectors(run, inputs.pages.notes);
  evidenceVectors(run, inputs.pages.evidence);
  return run.result();
}

class VectorRun {
  private readonly computed: Record<string, string> = {};
  private readonly failures: string[] = [];

  /** Computes a value, or the code that it is refused with, and compares it where it is known beforehand. */
  expect(name: string, expected: string | undefined, compute: () => string): void {
    const value = answerOf(compute);
    if (name in this.computed) this.failures.push(`${name}: there are two vectors of this name`);
    this.computed[name] = value;
    if (expected !== undefined && value !== expected)
      this.failures.push(`${name}: ${value} is not ${expected}`);
  }

  result(): VectorResult {
    const total = Object.keys(this.computed).length;
    const failed = this.failures.length;
    return { passed: total - failed, failed, failures: this.failures, computed: this.computed };
  }
}

function answerOf(compute: () => string): string {
  try {
    return compute();
  } catch (error) {
    return error instanceof CoreError ? error.code : `broken: ${String(error)}`;
  }
}

function hashVectors(run: VectorRun): void {
  // FIPS 180-4 examples; RFC 4231, test case 2; and lengths around the block size, which both variants must agree on.
  const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  run.expect('sha256 abc', abc, () => toHex(sha256('abc')));
  run.expect('sha256 of bytes', abc, () => toHex(sha256(utf8('abc'))));
  const tag = '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843';
  run.expect('hmac', tag, () => toHex(hmacSha256(utf8('Jefe'), 'what do ya want for nothing?')));
  for (const length of [0, 1, 55, 56, 63, 64, 65, 127, 128, 1000, 100_000]) {
    const bytes = new Uint8Array(length).fill(0xa5);
    run.expect(`sha256 ${length}`, undefined, () => toHex(sha256(bytes)));
    run.expect(`hmac data ${length}`, undefined, () => toHex(hmacSha256(sha256('key'), bytes)));
    run.expect(`hmac key ${length}`, undefined, () => toHex(hmacSha256(bytes, 'déjà vu 𝔊')));
  }
}

function signatureVectors(run: VectorRun): void {
  // RFC 8032, section 7.1, TEST 3.
  const key = fromHex('fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025');
  const signature = fromHex(
    '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
  );
  const verdict = (message: string, signed = signature) =>
    String(verifyEd25519(key, fromHex(message), signed));
  run.expect('ed25519', 'true', () => verdict('af82'));
  run.expect('ed25519 other message', 'false', () => verdict('af83'));
  run.expect('ed25519 short signature', 'false', () => verdict('af82', signature.subarray(1)));
  for (let at = 0; at < 64; at += 7)
    run.expect(`ed25519 byte ${at}`, 'false', () => verdict('af82', signature.with(at, signature[at]! ^ 4)));
}

function canonicalVectors(run: VectorRun): void {
  const vectors: readonly (readonly [input: string, expected: string])[] = [
    ['{ "b" : 1.00 , "a" : [ true , null ] }', '{"a":[true,null],"b":1.00}'],
    [
      '{"\\u20ac":1,"\\r":2,"\\ufb33":3,"1":4,"\\ud83d\\ude00":5,"\\u0080":6,"\\u00f6":7}',
      '{"\\r":2,"1":4,"\u0080":6,"ö":7,"€":1,"😀":5,"\ufb33":3}',
    ],
    ['"\\u0041\\/\\u000f\\n\\u2028"', '"A/\\u000f\\n\u2028"'],
    ['[66.899999999999991, 9007199254740993, 1e400, -0]', '[66.899999999999991,9007199254740993,1e400,-0]'],
    ['{"a":1,"\\u0061":2}', 'CANONICAL.DUPLICATE_MEMBER'],
    ['"\\ud800"', 'CANONICAL.LONE_SURROGATE'],
    ['[01]', 'CANONICAL.SYNTAX'],
    ['[1,]', 'CANONICAL.SYNTAX'],
    ['', 'CANONICAL.SYNTAX'],
    ['['.repeat(300), 'CANONICAL.TOO_DEEP'],
  ];
  vectors.forEach(([input, expected], at) => {
    run.expect(`canonical ${at}`, expected, () => canonicalise(input));
    run.expect(`canonical ${at} of bytes`, expected, () => canonicalise(utf8(input)));
  });
  const invalid = Uint8Array.of(0x22, 0xff, 0x22);
  run.expect('canonical invalid UTF-8', 'CANONICAL.INVALID_UTF8', () => canonicalise(invalid));
}

function viewVectors(run: VectorRun): void {
  const base = 'https://fhir.example.org/r4';
  const resource = parseResource(`{"resourceType":"Observation","id":"o1","meta":{"versionId":"2"},
    "text":{"div":"<div>ä</div>"},"valueQuantity":{"value":1.50},"_status":{"id":"s"},"status":"final",
    "subject":{"reference":"${base}/Patient/p1"}}`);
  run.expect('exact view', undefined, () => exactView(resource));
  run.expect(
    'portable view',
    '{"_status":{"id":"s"},"resourceType":"Observation","status":"final","subject":{"reference":"Patient/p1"},"valueQuantity":{"value":1.5}}',
    () => portableView(resource, base),
  );
  const digests = viewDigests(resource, base);
  run.expect('exact digest', toHex(sha256(exactView(resource))), () => toHex(digests.exact));
  run.expect('portable digest', toHex(sha256(portableView(resource, base))), () => toHex(digests.portable));
  run.expect('elements', undefined, () => JSON.stringify(exactElements(resource)));
}

function merkleVectors(run: VectorRun, { inclusion, consistency }: VectorInputs): void {
  const hashes = Array.from({ length: 300 }, (_, at) => leafHash(utf8(String(at))));
  run.expect('tree of none', toHex(sha256('')), () => toHex(treeHash([])));
  for (const size of [1, 2, 3, 8, 255, 256, 257, 300]) {
    run.expect(`tree of ${size}`, undefined, () => toHex(treeHash(hashes.slice(0, size))));
    run.expect(`path of ${size}`, undefined, () =>
      inclusionProof(size - 1, hashes.slice(0, size))
        .map(toHex)
        .join(),
    );
  }
  const verdict = (wantErr: boolean) => (wantErr ? 'MERKLE.INVALID_PROOF' : 'accepted');
  for (const vector of inclusion)
    run.expect(vector.case, verdict(vector.wantErr), () => {
      const [leaf, root] = [fromBase64(vector.leafHash), fromBase64(vector.root)];
      const proof = (vector.proof ?? []).map(fromBase64);
      verifyInclusion({ index: vector.leafIdx, size: vector.treeSize, leaf, proof, root });
      return 'accepted';
    });
  for (const vector of consistency)
    run.expect(vector.case, verdict(vector.wantErr), () => {
      const [fromRoot, toRoot] = [fromBase64(vector.root1), fromBase64(vector.root2)];
      const proof = (vector.proof ?? []).map(fromBase64);
      verifyConsistency({ from: vector.size1, to: vector.size2, proof, fromRoot, toRoot });
      return 'accepted';
    });
}

function noteVectors(run: VectorRun, page: Readonly<Record<string, string>>): void {
  // The example of C2SP signed-note.
  const key = parseVerifierKey('example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k');
  const note =
    'This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n';
  run.expect('signed note', 'This is an example message.\n', () => openNote(note, [key]).text);
  run.expect(
    'signed note, bent',
    'NOTE.BAD_SIGNATURE',
    () => openNote(note.replace('an ex', 'my ex'), [key]).text,
  );
  run.expect('signed note, unknown key', 'NOTE.NO_TRUSTED_SIGNATURE', () => openNote(note, []).text);
  const [log, witness] = ['log-key', 'witness-key'].map((name) => parseVerifierKey(page[name]!.trimEnd()));
  const { checkpoint } = parseTlogProof(page['tlog-proof']!);
  run.expect('checkpoint', '5', () => String(openCheckpoint(checkpoint, [log!]).size));
  run.expect('cosignature', witness!.name, () => openNote(checkpoint, [witness!]).signedBy[0]!.name);
}

function evidenceVectors(run: VectorRun, page: Readonly<Record<string, string>>): void {
  const evidence = parseEvidence(page['evidence']!);
  const trust = parseTrust(page['trust']!);
  const resource = parseResource(page['resource']!);
  const report = (text: string) => {
    const { verified, match, checks } = checkEvidence(parseEvidence(text), trust, { resource });
    return JSON.stringify([verified, match, checks]);
  };
  run.expect('commitment', page['commitment-and-leaf']!.split('\n')[0], () =>
    toHex(commitmentOf(evidence.statement)),
  );
  const { verified, match } = checkEvidence(evidence, trust, { resource });
  run.expect('evidence', 'true exact', () => `${verified} ${match!}`);
  run.expect('disclosure', 'true', () => {
    const shown = discloseEvidence(evidence, resource, ['birthDate']);
    return String(checkEvidence(shown, trust, { resource }).verified);
  });
  const bytes = utf8(page['evidence']!);
  for (let at = 0; at < bytes.length; at += 23)
    run.expect(`evidence, byte ${at} bent`, undefined, () =>
      report(new TextDecoder().decode(bytes.with(at, bytes[at]! ^ 1))),
    );
}
