import { spawn } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import { PROGRAM, runAttestry, TestFolder, type RunOptions } from '../../apps/cli/testing/run-attestry.js';
import { eventually } from '../support/eventually.js';
import { patient, WARD } from '../support/test-source.js';
import { TestSystem } from '../support/test-system.js';

/** What `attestry import --json` prints of a file. */
interface Result {
  readonly id: string;
  readonly position: number;
  readonly lines: number;
  readonly stored: number;
  readonly duplicates: number;
  readonly dead: number;
  readonly skipped: number;
  readonly finished: boolean;
  readonly waiting: number;
}

const NDJSON = { 'content-type': 'application/fhir+ndjson' };
const imports = `/v1/sources/${WARD.name}/imports`;

/** Patients `from` to `to` (not included), a line each. */
function lines(from: number, to: number, prefix = 'p'): string {
  return Array.from(
    { length: to - from },
    (_, at) => `${JSON.stringify(patient(`${prefix}${from + at}`, 1, { note: 'n'.repeat(300) }))}\n`,
  ).join('');
}

let system: TestSystem;
let folder: TestFolder;
beforeAll(async () => {
  folder = await TestFolder.make();
});
afterAll(() => folder.remove());
beforeEach(async () => {
  system = await TestSystem.start();
});
afterEach(() => system.stop());

const run = (args: readonly string[], options: RunOptions = {}) =>
  runAttestry(['import', ...args, '--source', WARD.name, '--api', system.api], options);

/** Imports files to the end; answers what became of each. */
async function imported(...args: readonly string[]): Promise<readonly Result[]> {
  const { status, stdout, stderr } = await run([...args, '--json']);
  expect([status, stderr]).toEqual([0, '']);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Result);
}

const logSize = async (): Promise<number> => (await system.checkpoint())?.size ?? 0;
const post = (path: string, body: string): Promise<Response> => system.post(path, body, NDJSON);
async function begun(fingerprint = 'a file'): Promise<string> {
  const answer = await system.post(imports, JSON.stringify({ name: 'a', fingerprint }), {
    'content-type': 'application/json',
  });
  return ((await answer.json()) as Result).id;
}

describe('attestry import', () => {
  it('requirement 11: resumable backfill: brings a file into the log, and each version once however often', async () => {
    const file = await folder.file('many.ndjson', lines(0, 3_000));
    expect(await imported(file)).toMatchObject([
      { lines: 3_000, stored: 3_000, duplicates: 0, dead: 0, finished: true, waiting: 0 },
    ]);
    expect(await logSize()).toBe(3_000);
    const record = await system.json<{ versions: { version: string; obtained: string }[] }>(
      `/v1/records/${WARD.name}/Patient/p7`,
    );
    expect(record.versions).toMatchObject([{ version: '1' }]);

    // The same file is the same import; under another id it is one of duplicates.
    expect(await imported(file)).toMatchObject([{ lines: 3_000, stored: 3_000, duplicates: 0 }]);
    expect(await imported(file, '--id', 'again')).toMatchObject([{ stored: 0, duplicates: 3_000 }]);
    expect(await logSize()).toBe(3_000);
  });

  it('keeps bad lines as dead letters with their reasons, and goes on', async () => {
    const bad = ['{"resourceType":"Patient","id":"a","id":"b"}', 'no JSON', '[]', '{"resourceType":"P'];
    const file = await folder.file('bad.ndjson', lines(0, 5) + bad.join('\n') + '\n\n' + lines(5, 10));
    expect(await imported(file)).toMatchObject([{ lines: 14, stored: 10, dead: 4 }]);
    const { status, stdout } = await run([file]);
    expect([status, stdout]).toEqual([
      0,
      expect.stringMatching(/^bad\.ndjson: 14 lines, 10 stored, 0 duplicates, 4 dead letters \(.*\)\n$/),
    ]);
  });

  it('takes gzip, standard input, and one Bundle however it is laid out', async () => {
    const zipped = await folder.file('zipped.ndjson.gz', gzipSync(lines(0, 2_000)));
    const entry = [patient('b1', 1), patient('b2', 3)].map((resource) => ({ resource }));
    const bundle = { resourceType: 'Bundle', type: 'collection', entry };
    const laidOut = await folder.file(
      'bundle.json',
      JSON.stringify(bundle, null, 2).replaceAll('\n', '\r\n'),
    );
    expect(await imported(zipped, laidOut)).toMatchObject([
      { lines: 2_000, stored: 2_000 },
      { lines: 1, stored: 2, dead: 0 },
    ]);
    const { stdout } = await run(['-', '--json'], { input: lines(0, 100, 'stdin') });
    expect(JSON.parse(stdout)).toMatchObject({ lines: 100, stored: 100 });
    expect(await logSize()).toBe(2_102);
  });

  it('says what is wrong with a file before anything of it is sent', async () => {
    const broken = await folder.file('broken.json', '{\n  "resourceType": "Patient",\n  "id": 1x\n}');
    const huge = await folder.file('huge.json', `{\n"text":"${'x'.repeat(17_000_000)}"}`);
    const cut = await folder.file('cut.ndjson.gz', gzipSync(lines(0, 100)).subarray(0, 200));
    for (const [file, code, text] of [
      [broken, 'CANONICAL.SYNTAX', 'broken.json, line 3, column'],
      [huge, 'INPUT.TOO_LARGE', 'Write it as NDJSON'],
      [cut, 'INPUT.UNREADABLE', 'gzip'],
      [`${folder.path}/none`, 'INPUT.MISSING', 'no such file'],
    ] as const) {
      const { status, stderr } = await run([file]);
      expect([status, stderr]).toEqual([2, expect.stringContaining(`attestry: ${code}: `)]);
      expect(stderr).toContain(text);
    }
    expect((await run([broken, '--id', 'a', huge])).stderr).toContain('USAGE.INVALID');
    const nowhere = await runAttestry(['import', broken, '--source', 'nowhere', '--api', system.api]);
    expect(nowhere.stderr).toContain('IMPORT.UNKNOWN_SOURCE');
    expect(await logSize()).toBe(0);
  });

  it('passes over a line that no request can hold, and says so', async () => {
    const long = JSON.stringify(patient('long', 1, { note: 'n'.repeat(300_000) }));
    await system.end('api');
    await system.startApi({ ATTESTRY_INTAKE_MAXBODYBYTES: '200000' });
    const file = await folder.file('long.ndjson', `${lines(0, 1_500)}${long}\n${lines(1_500, 2_000)}`);
    expect(await imported(file)).toMatchObject([{ lines: 2_000, stored: 2_000, skipped: 1, dead: 0 }]);
  });

  it('goes on where a killed run was', async () => {
    const file = await folder.file('killed.ndjson', lines(0, 20_000));
    const args = ['import', file, '--source', WARD.name, '--api', system.api];
    let kills = 0;
    for (; kills < 3; kills++) {
      const before = (await system.json<Result[]>(imports))[0]?.position ?? 0;
      const child = spawn(process.execPath, [PROGRAM, ...args], { stdio: 'ignore' });
      const position = await eventually('some progress', async () => {
        const [shown] = await system.json<Result[]>(imports);
        return (shown?.position ?? 0) > before && shown!.position;
      });
      child.kill('SIGKILL');
      expect(position).toBeGreaterThan(before);
    }
    expect(await imported(file)).toMatchObject([{ lines: 20_000, stored: 20_000, duplicates: 0 }]);
    expect(await logSize()).toBe(20_000);
  }, 60_000);

  it('is idempotent beside live events of the same resources', async () => {
    const file = await folder.file('live.ndjson', lines(0, 1_000));
    const notified = Array.from({ length: 200 }, (_, at) => lines(at * 5, at * 5 + 1).trimEnd());
    const [[result]] = await Promise.all([
      imported(file),
      ...notified.map(async (body) => expect((await system.notify(body)).status).toBe(200)),
    ]);
    await system.settled();
    expect(result!.stored + result!.duplicates).toBe(1_000);
    expect(await logSize()).toBe(1_000);
  });
});

describe('the protocol of imports', () => {
  it('takes a chunk where the import stands, and changes nothing elsewhere', async () => {
    const id = await begun();
    const chunk = lines(0, 2);
    const take = async (at: number, body = chunk): Promise<Result> =>
      (await post(`${imports}/${id}/chunks?at=${at}`, body)).json() as Promise<Result>;
    expect(await take(5)).toMatchObject({ position: 0, lines: 0 });
    expect(await take(0)).toMatchObject({ position: chunk.length, lines: 2 });
    expect(await take(0)).toMatchObject({ position: chunk.length, lines: 2 });
    expect(await begun()).toBe(id);
    await system.post(`${imports}/${id}/finish`, '{}');
    expect(await take(chunk.length)).toMatchObject({ position: chunk.length, finished: true });
    await system.settled();
    expect(await system.json<Result>(`${imports}/${id}`)).toMatchObject({ stored: 2, waiting: 0 });
  });

  it('takes one of many that send the same chunk at once', async () => {
    const id = await begun();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => post(`${imports}/${id}/chunks?at=0`, lines(0, 3))),
    );
    expect(answers.filter(({ status }) => status === 503 || status === 200)).toHaveLength(8);
    await system.settled();
    expect(await system.json<Result>(`${imports}/${id}`)).toMatchObject({
      lines: 3,
      stored: 3,
      duplicates: 0,
    });
  });

  it('lets nobody send faster than the workers work', async () => {
    await system.end('worker');
    const id = await begun();
    let at = 0;
    const body = lines(0, 1);
    const answer = await eventually('to be told to slow down', async () => {
      const response = await post(`${imports}/${id}/chunks?at=${at}`, body);
      if (response.status === 200) at += body.length;
      return response.status === 200 ? undefined : response;
    });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await answer.json()).toMatchObject({ error: { code: 'IMPORT.TOO_MUCH_WAITS' } });
    expect(at / body.length).toBeLessThan(100);
  });

  it.each([
    ['/chunks?at=x', 422, 'IMPORT.INVALID'],
    ['/chunks', 422, 'IMPORT.INVALID'],
    ['/chunks?at=0&to=0', 422, 'IMPORT.INVALID'],
    ['x/chunks?at=0', 404, 'IMPORT.UNKNOWN'],
  ])('refuses %s with %d', async (path, status, code) => {
    const response = await post(`${imports}/${await begun()}${path}`, lines(0, 1));
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error: { code } });
  });
});
