import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  leafHash,
  openCheckpoint,
  parseTrust,
  parseVerifierKey,
  toHex,
  treeHash,
  type Checkpoint,
} from '#core';
import { LogObserver } from '../faults/log-observer.js';
import { eventually } from '../support/eventually.js';
import { processesOf, UpProcess, type UpAddresses } from '../support/up-process.js';

const USUAL_PORTS = [5433, 8545, 8090, 8080, 8081, 8100, 8101];
const GREETING_END = /The scripted tour: npm run demo\n/;
// eslint-disable-next-line no-control-regex -- NUL stands between the words of a command in /proc
const PROGRAMS = /apps\/(api|worker|sandbox)\/main\.js|main\.js\u0000witness/;
const OBSERVATION = 'Observation/10minute-apgar-score';
const PATIENCE_MS = 120_000;
const FHIR = { 'content-type': 'application/fhir+json' };

const run = promisify(execFile);
const curl = await run('curl', ['--version']).then(
  () => true,
  () => false,
);
if (!curl) console.warn('skipped: the commands of the greeting, since there is no curl');

/** One installation, and what was seen of it: each test goes on where the one before it ended. */
describe('attestry up', () => {
  let data: string;
  let up: UpProcess;
  let addresses: UpAddresses;
  let greeting: string;
  let seen: Checkpoint;
  let verifierKey: string;

  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), 'attestry-up-'));
  });
  afterAll(async () => {
    // Nothing, when all went well.
    for (const { pid } of await processesOf(data)) process.kill(pid, 'SIGKILL');
    await rm(data, { recursive: true });
  });

  it(
    'starts on other ports where the usual ones are taken, with examples that the API knows exactly',
    async () => {
      const others = await Promise.all(USUAL_PORTS.map((port) => occupy(port)));
      try {
        up = new UpProcess(data, '--examples', '5', '--json');
        addresses = await up.addresses();
      } finally {
        for (const other of others) other.close();
      }
      const urls = [addresses.api, addresses.worker, addresses.sandbox, addresses.rpcUrl];
      for (const url of urls) expect(USUAL_PORTS).not.toContain(Number(new URL(url).port));
      expect(await verdictOn(await read(OBSERVATION))).toMatchObject({ match: 'exact', standing: 'current' });
      verifierKey = await trustedLog();
      seen = await checkpoint();
    },
    PATIENCE_MS,
  );

  it('makes version 2 of a record that is edited', async () => {
    await edit('an edit before the restart');
    expect(await versionsOf(OBSERVATION, 2)).toEqual(['1', '2']);
    seen = await grown();
  });

  it('refuses a folder that is in use, and says by whom', async () => {
    const second = new UpProcess(data, '--json');
    expect(await second.ended).toBe(2);
    const { error } = JSON.parse(second.stderr) as { error: { code: string; message: string } };
    expect(error).toMatchObject({ code: 'DATA.IN_USE', message: expect.stringContaining(data) as string });
    expect(await verdictOn(await read(OBSERVATION))).toMatchObject({ match: 'exact' });
  });

  it('ends with status 0 when it is asked to, and leaves no process', async () => {
    if (process.platform === 'linux') expect((await processesOf(data)).length).toBeGreaterThanOrEqual(8);
    expect(await up.stop()).toBe(0);
    expect(await processesOf(data)).toEqual([]);
    expect(await answering()).toEqual([]);
  });

  it(
    'starts again with its log, its keys and what the sandbox holds',
    async () => {
      up = new UpProcess(data, '--examples', '5');
      greeting = await up.printed(GREETING_END);
      addresses = { ...addresses, ...addressesIn(greeting) };
      expect(await trustedLog()).toBe(verifierKey);
      seen = await grown();
      expect(await verdictOn(await read(`${OBSERVATION}/_history/1`))).toMatchObject({
        match: 'exact',
        standing: 'superseded',
      });
    },
    PATIENCE_MS,
  );

  (curl ? it : it.skip)(
    'prints commands that do what it says when they are pasted',
    async () => {
      const commands = greeting.split('\n').filter((line) => /^ {2}(curl|sed|npm) /.test(line));
      const outputs: string[] = [];
      for (const command of commands) outputs.push((await run('sh', ['-c', command])).stdout);
      const [, exact = '', , partial = '', , checked = ''] = outputs;
      expect(commands).toHaveLength(6);
      expect(JSON.parse(exact)).toMatchObject({ match: 'exact' });
      expect(JSON.parse(partial)).toMatchObject({ match: 'partial', elements: { differing: ['status'] } });
      expect(checked).toMatch(/^verified/m);
    },
    PATIENCE_MS,
  );

  it('goes on counting the versions of a record', async () => {
    await edit('an edit after the restart');
    expect(await versionsOf(OBSERVATION, 3)).toEqual(['1', '2', '3']);
    seen = await grown();
  });

  it(
    'leaves none of its programs running when it is killed, and starts again',
    async () => {
      up.kill('SIGKILL');
      expect(await up.ended).toBe('SIGKILL');
      await eventually('the end of the programs', async () => {
        const left = (await processesOf(data)).filter(({ command }) => PROGRAMS.test(command));
        return left.length === 0 && (await answering()).length === 0;
      });
      up = new UpProcess(data, '--examples', '5', '--json');
      addresses = await up.addresses();
      expect(await trustedLog()).toBe(verifierKey);
      seen = await grown();
      await edit('an edit after the kill');
      expect(await versionsOf(OBSERVATION, 4)).toEqual(['1', '2', '3', '4']);
      expect(await verdictOn(await read(OBSERVATION))).toMatchObject({ match: 'exact', standing: 'current' });
      seen = await grown();
      expect(await up.stop()).toBe(0);
      expect(await processesOf(data)).toEqual([]);
    },
    PATIENCE_MS,
  );

  async function read(path: string): Promise<string> {
    return (await fetch(`${addresses.sandbox}/${path}`)).text();
  }

  /** Makes another version of the observation, as a clinician would. */
  async function edit(note: string): Promise<void> {
    const resource = JSON.parse(await read(OBSERVATION)) as object;
    const body = JSON.stringify({ ...resource, note: [{ text: note }] });
    const url = `${addresses.sandbox}/${OBSERVATION}`;
    expect((await fetch(url, { method: 'PUT', headers: FHIR, body })).status).toBe(200);
  }

  async function verdictOn(resource: string): Promise<unknown> {
    const request = { method: 'POST', headers: FHIR, body: resource };
    return (await fetch(`${addresses.api}/v1/verify`, request)).json();
  }

  /** The versions that have an entry, oldest first, once there are `count`. */
  function versionsOf(reference: string, count: number): Promise<readonly string[]> {
    return eventually(`${count} versions in the log`, async () => {
      const response = await fetch(`${addresses.api}/v1/records/sandbox/${reference}`);
      const { versions } = (await response.json()) as {
        versions: { version: string; index: number | null }[];
      };
      const logged = versions.filter(({ index }) => index !== null).map(({ version }) => version);
      return logged.length >= count && logged.sort();
    });
  }

  async function trustedLog(): Promise<string> {
    const { logs, witnesses, quorum } = parseTrust(await readFile(join(data, 'trust.json'), 'utf8'));
    expect([logs.length, witnesses.length, quorum]).toEqual([1, 2, 2]);
    return logs[0]!;
  }

  async function checkpoint(): Promise<Checkpoint> {
    const note = await (await fetch(`${addresses.api}/log/checkpoint`)).text();
    return openCheckpoint(note, [parseVerifierKey(verifierKey)]);
  }

  /** The newest checkpoint: its entries begin with those of the one seen before, and none stands twice. */
  async function grown(): Promise<Checkpoint> {
    const newest = await checkpoint();
    const entries = await new LogObserver(addresses.api, verifierKey).entries(newest.size);
    const leaves = entries.map((entry) => leafHash(entry));
    expect(newest.size).toBeGreaterThanOrEqual(seen.size);
    for (const { size, root } of [seen, newest]) expect(treeHash(leaves.slice(0, size))).toEqual(root);
    expect(new Set(entries.map(toHex)).size).toBe(entries.length);
    return newest;
  }

  /** Which of the programs accept connections. */
  async function answering(): Promise<readonly string[]> {
    const urls = [addresses.api, addresses.worker, addresses.sandbox];
    const answers = await Promise.all(
      urls.map((url) =>
        fetch(url).then(
          () => [url],
          () => [],
        ),
      ),
    );
    return answers.flat();
  }
});

/** Listens on a port, unless somebody does already. */
async function occupy(port: number): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.once('error', () => resolve());
    server.listen(port, '127.0.0.1', () => resolve());
  });
  return server;
}

function addressesIn(greeting: string): Partial<UpAddresses> {
  const url = (name: string) =>
    new RegExp(`^ {2}${name} +(http\\S+?),?(?: |$)`, 'm').exec(greeting)?.[1] ?? '';
  return { api: url('API'), sandbox: url('FHIR sandbox'), rpcUrl: url('EVM node') };
}
