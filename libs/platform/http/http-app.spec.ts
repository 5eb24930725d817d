import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Controller, Delete, Get, Module, Param, Post } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { CoreError } from '#core';
import { PortError } from '#ports';
import { loadServerConfig } from '../config/load-config.js';
import { Permits } from '../access/permits.decorator.js';
import { HttpProblem } from '../platform.errors.js';
import { PlatformModule } from '../platform.module.js';
import { createHttpApp } from './create-http-app.js';
import { serveOpenApi } from './openapi.js';
import { FHIR_JSON, RawBody, Receives } from './receives.js';

const MARK = 'mrs-doe-1970';

const THROWN: Readonly<Record<string, unknown>> = {
  core: new CoreError('CANONICAL.DUPLICATE_MEMBER', 'This member stands twice.', 17),
  large: new CoreError('CANONICAL.TOO_LARGE', 'Too many bytes.'),
  retry: new PortError('STORE.UNAVAILABLE', 'The database cannot be reached.', 'retry'),
  slow: new PortError('QUEUE.FULL', 'The queue is full.', 'slow-down'),
  absent: new PortError('SOURCE.NOT_FOUND', 'There is no such source.', 'stop'),
  own: new HttpProblem(401, 'INTAKE.BAD_SIGNATURE', 'The signature is wrong.'),
  stranger: new TypeError(`cannot read ${MARK}`),
  value: MARK,
  text: Object.assign(new Error(MARK), { statusCode: 599 }),
};

@Controller()
@Permits('verification')
class ThingsController {
  @Post(['v1/echo', 'fhir/echo', 'intake/:source'])
  @Receives(FHIR_JSON, 'verification')
  echo(@RawBody() body: Uint8Array): { bytes: number; bare: boolean } {
    return { bytes: body.length, bare: body instanceof Uint8Array };
  }

  @Get(['v1/throw/:what', 'fhir/throw/:what'])
  throw(@Param('what') what: string): never {
    throw THROWN[what];
  }

  @Get('v1/records/:source/:type/:id')
  read(@Param('id') id: string): { id: string } {
    return { id };
  }

  @Delete('v1/records/:source/:type/:id')
  remove(): object {
    return {};
  }

  @Get('log/tile/*')
  tile(): object {
    return {};
  }

  @Post('fhir/$verify')
  operation(): object {
    return {};
  }

  @Get('v1/slow')
  async slow(): Promise<{ done: boolean }> {
    await pause(400);
    return { done: true };
  }
}

class Lines {
  readonly all: string[] = [];
  write(line: string): void {
    this.all.push(line);
  }
}
const lines = new Lines();

const config = loadServerConfig({
  environment: {
    ATTESTRY_PROFILE: 'test',
    ATTESTRY_LOGGING_LEVEL: 'debug',
    ATTESTRY_VERIFICATION_MAXBODYBYTES: '2048',
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
  },
});

@Module({ imports: [PlatformModule.forRoot(config, lines)], controllers: [ThingsController] })
class ThingsModule {}

interface OwnError {
  error: { code: string; message: string; position?: number; advice: string };
}
interface Outcome {
  resourceType: string;
  issue: { severity: string; code: string; diagnostics: string; details: { coding: { code: string }[] } }[];
}

describe('an application over HTTP', () => {
  let app: NestFastifyApplication;
  let base: string;

  async function start(): Promise<void> {
    app = await createHttpApp(ThingsModule);
    serveOpenApi(app, { title: 'Things', description: 'For this test', version: '1' });
    await app.listen(0, '127.0.0.1');
    base = `http://127.0.0.1:${String((app.getHttpServer().address() as AddressInfo).port)}`;
  }

  beforeAll(start);
  afterAll(() => app.close());
  beforeEach(() => {
    lines.all.length = 0;
  });

  async function own(
    path: string,
    init?: RequestInit,
  ): Promise<{ status: number; answer: Response } & OwnError> {
    const answer = await fetch(base + path, init);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    return { status: answer.status, answer, ...((await answer.json()) as OwnError) };
  }

  async function outcome(path: string, init?: RequestInit): Promise<{ status: number } & Outcome> {
    const answer = await fetch(base + path, init);
    expect(answer.headers.get('content-type')).toBe('application/fhir+json; charset=utf-8');
    return { status: answer.status, ...((await answer.json()) as Outcome) };
  }

  function post(body: string | Uint8Array<ArrayBuffer>, type?: string): RequestInit {
    return { method: 'POST', body, ...(type && { headers: { 'content-type': type } }) };
  }

  it('hands the body over as the bytes that came', async () => {
    for (const type of [...FHIR_JSON, 'application/fhir+json; charset=UTF-8; fhirVersion=4.0']) {
      const answer = await fetch(`${base}/v1/echo`, post('{"not json', type));
      expect(await answer.json()).toEqual({ bytes: 10, bare: true });
    }
    const empty = await fetch(`${base}/intake/a`, { method: 'POST' });
    expect(await empty.json()).toEqual({ bytes: 0, bare: true });
  });

  it.each([
    ['core', 400, 'CANONICAL.DUPLICATE_MEMBER', 'stop', 'structure'],
    ['large', 413, 'CANONICAL.TOO_LARGE', 'stop', 'too-long'],
    ['retry', 503, 'STORE.UNAVAILABLE', 'retry', 'transient'],
    ['slow', 503, 'QUEUE.FULL', 'slow-down', 'throttled'],
    ['absent', 404, 'SOURCE.NOT_FOUND', 'stop', 'not-found'],
    ['own', 401, 'INTAKE.BAD_SIGNATURE', 'stop', 'login'],
    ['stranger', 500, 'INTERNAL', 'retry', 'exception'],
    ['value', 500, 'INTERNAL', 'retry', 'exception'],
    ['text', 500, 'INTERNAL', 'retry', 'exception'],
  ])('answers %s with %i %s in both forms', async (what, status, code, advice, type) => {
    const mine = await own(`/v1/throw/${what}`);
    expect([mine.status, mine.error.code, mine.error.advice]).toEqual([status, code, advice]);
    expect(mine.error.position).toBe(what === 'core' ? 17 : undefined);
    expect(mine.answer.headers.get('retry-after')).toBe(
      status === 503 ? (advice === 'retry' ? '1' : '5') : null,
    );
    const theirs = await outcome(`/fhir/throw/${what}`);
    expect(theirs.status).toBe(status);
    expect(theirs.issue[0]?.code).toBe(type);
    expect(theirs.issue[0]?.details.coding[0]?.code).toBe(code);
    const written = JSON.stringify([mine.error, theirs, lines.all]);
    expect(written).not.toContain(MARK);
    expect(JSON.stringify([mine.error, theirs])).not.toMatch(/\bat .*\.(ts|js)/);
  });

  it('logs a failure by code, request id and route template, with frames but no foreign message', async () => {
    const { answer } = await own('/v1/throw/stranger');
    const logged = lines.all.map((text) => JSON.parse(text) as Record<string, unknown>);
    const failed = logged.find((entry) => entry['msg'] === 'request failed');
    expect(failed).toMatchObject({
      level: 'error',
      code: 'INTERNAL',
      status: 500,
      route: '/v1/throw/:what',
      requestId: answer.headers.get('x-request-id'),
      err: { type: 'TypeError', frames: expect.arrayContaining([expect.stringMatching(/^at /)]) as unknown },
    });
  });

  it('puts no identifier into the log, at any level', async () => {
    const urls = [
      `/v1/records/${MARK}/Patient/${MARK}`,
      `/${MARK}?name=${MARK}`,
      `/v1/throw/own?${MARK}`,
      `/%zz${MARK}`,
    ];
    for (const url of urls)
      await (await fetch(base + url, { headers: { 'x-request-id': MARK, cookie: MARK } })).text();
    await fetch(`${base}/v1/echo`, post(MARK.repeat(1000), 'application/json'));
    expect(lines.all.length).toBeGreaterThanOrEqual(urls.length);
    expect(lines.all.join('')).toContain('/v1/records/:source/:type/:id');
    expect(lines.all.join('')).not.toContain(MARK);
    expect(lines.all.every((text) => text.endsWith('\n') && !text.slice(0, -1).includes('\n'))).toBe(true);
  });

  it('refuses media types and encodings that a route does not take', async () => {
    for (const init of [
      post('<a/>', 'application/xml'),
      post('{}', 'application/json; charset=latin1'),
      post(new Uint8Array([1])),
    ]) {
      expect(await own('/v1/echo', init)).toMatchObject({
        status: 415,
        error: { code: 'HTTP.UNSUPPORTED_MEDIA_TYPE' },
      });
    }
    const zipped = {
      method: 'POST',
      body: 'x',
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    };
    expect((await own('/v1/echo', zipped)).status).toBe(415);
    expect((await outcome('/intake/a', post('<a/>', 'application/xml'))).issue[0]?.code).toBe(
      'not-supported',
    );
    expect((await own('/v1/echo', post('{}', ';;;'))).status).toBe(415);
  });

  it('refuses a body over the limit of its section, declared or streamed', async () => {
    const body = 'x'.repeat(2049);
    expect(await own('/v1/echo', post(body, 'application/json'))).toMatchObject({
      status: 413,
      error: { code: 'HTTP.BODY_TOO_LARGE' },
    });
    expect((await outcome('/fhir/echo', post(body, 'application/json'))).issue[0]?.code).toBe('too-long');
    const chunked = await exchange(
      `POST /v1/echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n801\r\n${'x'.repeat(2049)}\r\n0\r\n\r\n`,
    );
    expect(chunked).toMatch(/^HTTP\/1.1 413 /);
    const fits = await fetch(`${base}/v1/echo`, post('x'.repeat(2048), 'application/json'));
    expect(fits.status).toBe(201);
  });

  it('tells an unknown URL from a wrong method', async () => {
    expect(await own('/v1/nothing')).toMatchObject({ status: 404, error: { code: 'HTTP.NOT_FOUND' } });
    expect((await outcome('/fhir/nothing')).issue[0]?.code).toBe('not-found');
    const wrong = await own('/v1/records/a/Patient/1', { method: 'PUT' });
    expect(wrong.status).toBe(405);
    expect(wrong.answer.headers.get('allow')).toBe('DELETE, GET, HEAD');
    expect((await outcome('/fhir/$verify')).status).toBe(405);
    expect((await own('/log/tile/0/x001/002', { method: 'POST' })).status).toBe(405);
    expect((await own('/log/tilt/0', { method: 'POST' })).status).toBe(404);
  });

  it('never answers garbage with a 5xx, nor hangs on it', async () => {
    const garbage = [
      'GET /v1/records/%E0%A4%A/Patient/1 HTTP/1.1\r\nHost: a\r\n\r\n',
      'GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n',
      'GET /fhir/%c3%28/%00 HTTP/1.1\r\nHost: a\r\n\r\n',
      `GET /v1/records/a/Patient/${'1'.repeat(300)} HTTP/1.1\r\nHost: a\r\n\r\n`,
      `GET /${'a'.repeat(8000)} HTTP/1.1\r\nHost: a\r\n\r\n`,
      'PROPFIND / HTTP/1.1\r\nHost: a\r\n\r\n',
      'QUERY /v1/echo HTTP/1.1\r\nHost: a\r\n\r\n',
      'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n',
      'BREW /tea HTTP/1.1\r\nHost: a\r\n\r\n',
      'GET / HTTP/9.9\r\nHost: a\r\n\r\n',
      'GET http:// HTTP/1.1\r\nHost: a\r\n\r\n',
      'GET *secret HTTP/1.1\r\nHost: a\r\n\r\n',
      'POST /v1/echo HTTP/1.1\r\nHost: a\r\nContent-Length: nine\r\n\r\n',
      'POST /v1/echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
      'POST /v1/echo HTTP/1.1\r\nHost: a\r\nContent-Type: \u0001\r\nContent-Length: 1\r\n\r\nx',
      `GET /v1/slow HTTP/1.1\r\nHost: a\r\nX-Big: ${'b'.repeat(20_000)}\r\n\r\n`,
      '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001',
      'POST /fhir/__proto__ HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n',
      'GET /v1/throw/__proto__?__proto__[a]=1&constructor=2 HTTP/1.1\r\nHost: a\r\n\r\n'.replace(
        'throw',
        'thrown',
      ),
    ];
    for (const request of garbage) {
      const answer = await exchange(request);
      expect(`${request.slice(0, 60)} → ${answer.slice(0, 12)}`).toMatch(/→ HTTP\/1\.1 4\d\d$/);
      expect(answer).toMatch(/"code":"[A-Z.]+_?[A-Z_]*"/);
      expect(answer).not.toMatch(/aaaa|1111|secret|statusCode/);
    }
  });

  it('survives a client that breaks off', async () => {
    const port = Number(new URL(base).port);
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(
      'POST /v1/echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{',
    );
    await pause(50);
    socket.destroy();
    await pause(50);
    expect(lines.all.join('')).not.toContain('request failed');
    expect((await fetch(`${base}/v1/records/a/b/c`)).status).toBe(200);
  });

  it('serves its OpenAPI document, and a page that needs no other server', async () => {
    const document = (await (await fetch(`${base}/openapi.json`)).json()) as { paths: object };
    expect(Object.keys(document.paths)).toContain('/v1/records/{source}/{type}/{id}');
    const page = await (await fetch(`${base}/docs`)).text();
    const links = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link!);
    expect(links.length).toBeGreaterThan(3);
    for (const link of links) {
      const target = new URL(link, `${base}/docs`);
      expect(target.origin).toBe(base);
      const answer = await fetch(target);
      await answer.arrayBuffer();
      expect(`${link} ${String(answer.status)}`).toBe(`${link} 200`);
    }
    expect(page.replaceAll(/xmlns(:\w+)?="[^"]*"/g, '')).not.toMatch(/https?:/);
  });

  it('measures requests by route template', async () => {
    const text = await (await fetch(`${base}/metrics`)).text();
    expect(text).toContain(
      'attestry_http_request_seconds_count{method="GET",route="/v1/records/:source/:type/:id",status="200"}',
    );
    expect(text).toContain('process_resident_memory_bytes');
    expect(text).not.toContain(MARK);
  });

  it('lets requests under way finish when it closes', async () => {
    const slow = fetch(`${base}/v1/slow`);
    await pause(100);
    const closed = app.close();
    const answer = await slow;
    expect([answer.status, await answer.json()]).toEqual([200, { done: true }]);
    await closed;
    await expect(fetch(`${base}/v1/slow`)).rejects.toThrow();
    await start();
  });

  /** Writes raw bytes and reads all that comes until the other side closes, or nothing more comes. */
  async function exchange(request: string): Promise<string> {
    const socket = connect(Number(new URL(base).port), '127.0.0.1');
    let answer = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => (answer += chunk));
    socket.on('error', () => undefined);
    socket.write(request, 'latin1');
    const deadline = Date.now() + 3000;
    while (!(/\r\n\r\n.*\}$/s.test(answer) || socket.destroyed) && Date.now() < deadline) await pause(5);
    socket.destroy();
    return answer;
  }
});
