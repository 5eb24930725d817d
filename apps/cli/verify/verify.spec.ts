import { discloseEvidence, parseResource } from '#core';
import { runAttestry, TestFolder, type Run } from '../testing/run-attestry.js';
import { PATIENT, SampleLog } from '../testing/sample-log.js';

interface Report {
  readonly verified: boolean;
  readonly match?: string;
  readonly differing?: readonly string[];
  readonly checks: readonly { readonly name: string; readonly status: string; readonly code?: string }[];
}

const lastLine = ({ stdout }: Run) => stdout.trimEnd().split('\n').at(-1);
const edited = (change: object) => JSON.stringify({ ...(JSON.parse(PATIENT) as object), ...change });

describe('attestry verify', () => {
  const log = new SampleLog();
  let folder: TestFolder;
  let evidence: string;
  let trust: string;
  beforeAll(async () => {
    folder = await TestFolder.make();
    evidence = await folder.file('evidence.json', log.file());
    trust = await folder.file('trust.json', log.trust());
  });
  afterAll(() => folder.remove());

  const verify = (file: string, ...options: string[]) =>
    runAttestry(['verify', file, '--trust', trust, ...options]);
  const report = async (file: string, ...options: string[]) => {
    const run = await verify(file, '--json', ...options);
    return { status: run.status, ...(JSON.parse(run.stdout) as Report) };
  };
  const failed = ({ checks }: Report) => checks.filter(({ status }) => status === 'failed');

  it('verifies evidence by a checklist that ends in the verdict', async () => {
    const run = await verify(evidence);
    expect(run).toMatchObject({ status: 0, stderr: '' });
    expect(run.stdout).toMatch(
      /^Patient\/p1 version 3 \(update\) of https:\/\/fhir\.example\.org\/r4, entry 5\n/,
    );
    expect(run.stdout).toMatch(/^ {2}ok {7}checkpoint signature {2}signed by log\.example\/cli$/m);
    expect(run.stdout).toMatch(/^ {2}skipped {2}resource /m);
    expect(lastLine(run)).toBe(
      'verified: the log holds this record version; no copy was compared (--resource)',
    );
    expect(run.stdout).toMatch(/^[\n\x20-\x7e]*$/);
  });

  it('tells the genuine copy from a copy on another server', async () => {
    const genuine = await folder.file('genuine.json', PATIENT);
    const copy = await folder.file('copy.json', edited({ id: 'other', meta: { versionId: '1' } }));
    expect(lastLine(await verify(evidence, '--resource', genuine))).toBe(
      'verified: the copy is unchanged since it was recorded (exact)',
    );
    expect(lastLine(await verify(evidence, '--resource', copy))).toBe(
      'verified: the copy is unchanged since it was recorded (portable)',
    );
  });

  it('names the element that was changed, and exits with 1', async () => {
    const forged = await folder.file('forged.json', edited({ gender: 'male' }));
    const run = await verify(evidence, '--resource', forged);
    expect(run).toMatchObject({ status: 1, stderr: '' });
    expect(run.stdout).toMatch(/FAILED {3}resource .*differs in gender \[EVIDENCE\.OTHER_RESOURCE\]/);
    expect(lastLine(run)).toMatch(/^not verified: 1 of \d+ checks failed$/);
    expect(await report(evidence, '--resource', forged)).toMatchObject({
      match: 'partial',
      differing: ['gender'],
    });
  });

  it('does not verify what was tampered with', async () => {
    const good = log.evidence();
    const other = new SampleLog().evidence();
    const tampered = {
      statement: { statement: { ...good.statement, id: 'p2' } },
      index: { index: 4 },
      'proof of another log': { proof: other.proof },
      opening: { opening: { ...good.opening!, salt: '00'.repeat(32) } },
    };
    for (const [name, change] of Object.entries(tampered)) {
      const file = await folder.file(`tampered.json`, log.file(change));
      const found = await report(file);
      expect([name, found.status, found.verified]).toEqual([name, 1, false]);
      expect(failed(found).length).toBeGreaterThan(0);
    }
  });

  it('believes no key but those of the trust file', async () => {
    const stranger = await folder.file('stranger.json', new SampleLog().trust());
    const run = await report(evidence, '--trust', stranger);
    expect([run.status, failed(run).map(({ code }) => code)]).toEqual([1, ['NOTE.NO_TRUSTED_SIGNATURE']]);
  });

  it('checks a disclosure, with and without the record', async () => {
    const disclosed = discloseEvidence(log.evidence(), parseResource(PATIENT), ['birthDate']);
    const file = await folder.file('disclosed.json', JSON.stringify(disclosed));
    const shown = await folder.file('shown.json', '{"resourceType":"Patient","birthDate":"1970-01-01"}');
    const wrong = await folder.file('wrong.json', '{"resourceType":"Patient","birthDate":"1970-01-02"}');
    expect((await verify(file)).status).toBe(0);
    expect(lastLine(await verify(file, '--resource', shown))).toBe(
      'verified: the copy holds what the evidence shows, unchanged since it was recorded',
    );
    expect((await verify(file, '--resource', wrong)).status).toBe(1);
  });

  it('reads evidence or the copy, not both, from standard input', async () => {
    const args = ['--trust', trust, '--resource'];
    const genuine = await folder.file('genuine.json', PATIENT);
    expect(await runAttestry(['verify', '-', ...args, genuine], { input: log.file() })).toMatchObject({
      status: 0,
    });
    expect(await runAttestry(['verify', evidence, ...args, '-'], { input: PATIENT })).toMatchObject({
      status: 0,
    });
    expect(await runAttestry(['verify', '-', ...args, '-'], { input: PATIENT })).toMatchObject({ status: 2 });
  });

  it('finds the trust file by --trust, ATTESTRY_TRUST or the data folder, and says how to get one', async () => {
    const bare = await TestFolder.make();
    const data = ['--data', folder.path];
    expect(await runAttestry(['verify', evidence, ...data])).toMatchObject({ status: 0 });
    expect(await runAttestry(['verify', evidence], { environment: { ATTESTRY_TRUST: trust } })).toMatchObject(
      { status: 0 },
    );
    expect(
      await runAttestry(['verify', evidence], { environment: { ATTESTRY_DATA: folder.path } }),
    ).toMatchObject({ status: 0 });
    const none = await runAttestry(['verify', evidence, '--data', bare.path]);
    expect(none).toMatchObject({ status: 2, stdout: '' });
    expect(none.stderr).toMatch(
      /^attestry: TRUST\.MISSING: .*\n {2}Get it from whoever runs the log.*--trust.*\n$/,
    );
    await bare.remove();
  });

  it('exits with 2 for what is no evidence, no trust file or no resource', async () => {
    const garbage = await folder.file(
      'garbage',
      Uint8Array.from({ length: 2000 }, (_, at) => (at * 7919) % 256),
    );
    const number = await folder.file('number.json', '1');
    for (const [options, code] of [
      [[garbage], 'EVIDENCE.MALFORMED'],
      [[number], 'EVIDENCE.MALFORMED'],
      [[folder.path], 'INPUT.UNREADABLE'],
      [[`${folder.path}/nothing`], 'INPUT.MISSING'],
      [[evidence, '--trust', garbage], 'TRUST.MALFORMED'],
      [[evidence, '--resource', number], 'RESOURCE.NOT_A_RESOURCE'],
      [[evidence, '--resource', garbage], 'CANONICAL.SYNTAX'],
      [[evidence, '--rpc', 'nowhere'], 'USAGE.INVALID'],
    ] as const) {
      const { status, stdout, stderr } = await verify(...(options as readonly [string, ...string[]]));
      expect([status, stdout, stderr.split(':', 2)[1]]).toEqual([2, '', ` ${code}`]);
    }
  });

  it('lets nothing from outside control the terminal', async () => {
    const hostile = await folder.file('hostile.json', edited({ '\u001b[2J\u202e': 1 }));
    const { stdout, status } = await verify(evidence, '--resource', hostile);
    expect(status).toBe(1);
    expect(stdout).toContain('\\u001b[2J\\u202e');
    for (const char of ['\u001b', '\u202e']) expect(stdout).not.toContain(char);
  });
});
