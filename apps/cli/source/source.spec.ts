import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { sourceSchema } from '#platform';
import { runAttestry, TestFolder } from '../testing/run-attestry.js';

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const SHOWN = {
  name: 'ward-a',
  base: 'https://fhir.example.org/r4',
  authentication: 'hmac',
  criteria: ['Patient'],
};
const SECRET = 'correct horse battery staple';

describe('attestry source', () => {
  let server: Server;
  let folder: TestFolder;
  let api: string;
  let received: { method: string | undefined; url: string | undefined; body: unknown }[];
  let answer: Answer;

  beforeAll(async () => {
    folder = await TestFolder.make();
    server = createServer((request, response) => {
      void (request.method === 'POST' ? json(request) : Promise.resolve(undefined)).then((body) => {
        received.push({ method: request.method, url: request.url, body });
        response.writeHead(answer.status, { 'content-type': 'application/json' });
        response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await folder.file('run.json', JSON.stringify({ api }));
  });
  beforeEach(() => {
    received = [];
    answer = { status: 200, body: { ...SHOWN, subscriptions: ['s1'] } };
  });
  afterAll(async () => {
    server.close();
    await folder.remove();
  });

  const add = (...options: string[]) =>
    runAttestry(
      ['source', 'add', 'ward-a', '--base', 'https://fhir.example.org/r4/', '--api', api, ...options],
      {
        environment: { WARD_SECRET: SECRET },
      },
    );
  /** What was declared, as the API itself reads it. */
  const declared = () => sourceSchema.parse(received.at(-1)?.body);

  it('declares a source with a secret of its own making, and shows it once', async () => {
    const { status, stdout, stderr } = await add('--criteria', 'Patient', 'Observation?status=final');
    expect([status, stderr]).toEqual([0, '']);
    expect(received).toMatchObject([{ method: 'POST', url: '/v1/sources' }]);
    const { authentication, ...rest } = declared();
    expect(rest).toEqual({
      name: 'ward-a',
      base: 'https://fhir.example.org/r4',
      fhirVersion: 'R4',
      criteria: ['Patient', 'Observation?status=final'],
    });
    expect(authentication).toEqual({
      kind: 'hmac',
      secret: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    expect(stdout).toBe(
      'ward-a  https://fhir.example.org/r4  hmac  Patient\n1 subscription(s) registered\n' +
        `secret, shown this once: ${authentication.secret}\n`,
    );
    await add('--criteria', 'Patient');
    expect(declared().authentication.secret).not.toBe(authentication.secret);
  });

  it('takes a secret that there is, and does not show it', async () => {
    const file = await folder.file('secret', `${SECRET}\n`);
    const byHeader = await add('--criteria', 'Patient', '--secret-file', file, '--header', 'X-Ward');
    expect(declared().authentication).toEqual({ kind: 'header', header: 'X-Ward', secret: SECRET });
    const byHmac = await add('--criteria', 'Patient', '--hmac-secret-env', 'WARD_SECRET', '--json');
    expect(declared().authentication).toEqual({ kind: 'hmac', secret: SECRET });
    expect(JSON.parse(byHmac.stdout)).toEqual({ ...SHOWN, subscriptions: ['s1'] });
    for (const { status, stdout } of [byHeader, byHmac]) {
      expect(status).toBe(0);
      expect(stdout).not.toContain(SECRET);
    }
  });

  it('declares everything else that a declaration has', async () => {
    const token = await folder.file('token', 'a-bearer-token\n');
    const { status } = await add(
      ...[
        '--criteria',
        'Patient',
        '--fhir-version',
        'R5',
        '--channel',
        'topic',
        '--topic',
        'http://t.example/x',
      ],
      ...[
        '--content',
        'full-resource',
        '--numbering',
        'resetting',
        '--bodies',
        'never',
        '--validation',
        'off',
      ],
      ...['--allow-base', 'https://a.example/x/', 'https://b.example', '--allow-private-host', '10.0.0.1'],
      ...['--set', 'driftPerMinute=0', '--set', 'timeoutMs=500'],
      ...['--access', 'bearer', '--access-secret-file', token],
    );
    expect(status).toBe(0);
    expect(declared()).toMatchObject({
      fhirVersion: 'R5',
      access: { kind: 'bearer', token: 'a-bearer-token' },
      settings: {
        channel: 'topic',
        topic: 'http://t.example/x',
        content: 'full-resource',
        numbering: 'resetting',
        bodies: 'never',
        validation: 'off',
        allowedBases: ['https://a.example/x', 'https://b.example'],
        privateHosts: ['10.0.0.1'],
        driftPerMinute: 0,
        timeoutMs: 500,
      },
    });
  });

  it.each([
    [['--access', 'none'], { kind: 'none' }],
    [
      ['--access', 'basic', '--username', 'ann', '--access-secret-env', 'WARD_SECRET'],
      { kind: 'basic', username: 'ann', password: SECRET },
    ],
    [
      ['--access', 'smart', '--client-id', 'us', '--token-url', 'https://auth.example/token'],
      {
        kind: 'smart',
        clientId: 'us',
        tokenUrl: 'https://auth.example/token',
        scope: 'system/*.rs',
        algorithm: 'ES384',
      },
    ],
    [
      ['--access', 'smart', '--client-id', 'us', '--scope', 'system/*.read', '--algorithm', 'RS384'],
      { kind: 'smart', clientId: 'us', scope: 'system/*.read', algorithm: 'RS384' },
    ],
  ])('proves itself to the server by %j', async (options, access) => {
    expect((await add('--criteria', 'Patient', ...options)).status).toBe(0);
    expect(declared().access).toEqual(access);
  });

  it.each([
    ['--access', 'basic', '--access-secret-env', 'WARD_SECRET'],
    ['--access', 'bearer'],
    ['--access', 'bearer', '--access-secret-env', 'WARD_SECRET', '--access-secret-file', '-'],
    ['--access', 'smart'],
    ['--access', 'kerberos'],
    ['--channel', 'fax'],
    ['--set', 'driftPerMinute'],
  ])('refuses %j %j %j before it asks the API', async (...options) => {
    const { status, stderr } = await add('--criteria', 'Patient', ...options);
    expect([status, stderr.split(':', 2)[1]]).toEqual([2, ' USAGE.INVALID']);
    expect(received).toEqual([]);
  });

  it('replaces a secret, and finishes that', async () => {
    const rotate = (...options: string[]) =>
      runAttestry(['source', 'rotate-secret', 'ward-a', '--api', api, ...options]);
    const { stdout } = await rotate();
    const { secret } = received[0]!.body as { secret: string };
    expect(received).toMatchObject([{ method: 'POST', url: '/v1/sources/ward-a/secret' }]);
    expect(stdout).toBe(
      'ward-a  https://fhir.example.org/r4  hmac  Patient\n' +
        `1 subscription(s) registered with the new secret\nsecret, shown this once: ${secret}\n`,
    );
    answer = { status: 200, body: SHOWN };
    expect((await rotate('--finish')).stdout).toBe('ward-a  https://fhir.example.org/r4  hmac  Patient\n');
    expect(received.at(-1)).toMatchObject({ url: '/v1/sources/ward-a/secret/finish' });
    expect((await rotate('--finish', '--hmac-secret-env', 'PATH')).stderr).toContain('USAGE.INVALID');
  });

  it('refuses secrets that are none before it asks the API', async () => {
    const short = await folder.file('short', 'short\n');
    for (const [options, code] of [
      [['--secret-file', short], 'SECRET.INVALID'],
      [['--secret-file', `${folder.path}/none`], 'INPUT.MISSING'],
      [['--hmac-secret-env', 'NOT_SET'], 'SECRET.INVALID'],
      [['--hmac-secret-env', 'WARD_SECRET', '--header', 'X-Ward'], 'USAGE.INVALID'],
    ] as const) {
      const { status, stderr } = await add('--criteria', 'Patient', ...options);
      expect([status, stderr.split(':', 2)[1]]).toEqual([2, ` ${code}`]);
    }
    expect(received).toEqual([]);
  });

  it('says what the API refused', async () => {
    const error = { code: 'SOURCE.UNAVAILABLE', message: 'the FHIR server does not answer', advice: 'retry' };
    answer = { status: 503, body: { error } };
    expect(await add('--criteria', 'Patient')).toEqual({
      status: 2,
      stdout: '',
      stderr: 'attestry: SOURCE.UNAVAILABLE: the FHIR server does not answer\n  Try again.\n',
    });
  });

  it('lists sources from the API that runs, or that is named', async () => {
    answer = { status: 200, body: [SHOWN, { ...SHOWN, name: 'ward-b\u001b[2J' }] };
    const expected =
      'ward-a  https://fhir.example.org/r4  hmac  Patient\n' +
      'ward-b\\u001b[2J  https://fhir.example.org/r4  hmac  Patient\n';
    const list = ['source', 'list'];
    expect((await runAttestry([...list, '--data', folder.path])).stdout).toBe(expected);
    expect((await runAttestry(list, { environment: { ATTESTRY_API: `${api}/` } })).stdout).toBe(expected);
    expect(JSON.parse((await runAttestry([...list, '--api', api, '--json'])).stdout)).toEqual(answer.body);
    expect(received.map(({ method, url }) => `${method!} ${url!}`)).toEqual(Array(3).fill('GET /v1/sources'));
  });

  it('says when no API is known, none answers, or something else does', async () => {
    const elsewhere = await TestFolder.make();
    const codeOf = async (...options: string[]) => {
      const { status, stderr } = await runAttestry(['source', 'list', ...options]);
      return [status, stderr.split(':', 2)[1]];
    };
    expect(await codeOf('--data', elsewhere.path)).toEqual([2, ' API.UNKNOWN']);
    expect(await codeOf('--api', 'http://127.0.0.1:1')).toEqual([2, ' API.UNREACHABLE']);
    expect(await codeOf('--api', 'localhost:8080')).toEqual([2, ' USAGE.INVALID']);
    for (const body of ['<html>', { not: 'a list' }, [{ name: 1 }], [null]]) {
      answer = { status: 200, body };
      expect(await codeOf('--api', api)).toEqual([2, ' API.UNEXPECTED']);
    }
    answer = { status: 404, body: '<html>' };
    expect(await codeOf('--api', api)).toEqual([2, ' API.UNEXPECTED']);
    await elsewhere.remove();
  });
});
