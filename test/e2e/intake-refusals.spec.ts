import { gzipSync } from 'node:zlib';
import { request } from 'node:http';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { sql } from 'kysely';
import { refusalOf } from '../support/outcome.js';
import { patient, proofOf, WARD } from '../support/test-source.js';
import { TestSystem } from '../support/test-system.js';

const LIMIT = 4096;
const DEPTH = 32;
const BODY = JSON.stringify(patient('p1', 1));
const bytes = (...parts: (string | number)[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.of(part))));
const nested = (depth: number): string =>
  `{"resourceType":"Basic","id":"b","x":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;

let system: TestSystem;
beforeAll(async () => {
  system = await TestSystem.start({
    withoutWorker: true,
    settings: { ATTESTRY_INTAKE_MAXBODYBYTES: String(LIMIT), ATTESTRY_INTAKE_MAXDEPTH: String(DEPTH) },
  });
});
afterAll(() => system.stop());

describe('requirement 14, refused by rule: what a source may not send', () => {
  afterAll(async () => {
    const { rows } = await sql<{ kept: number }>`select count(*) as kept from inbox`.execute(
      system.database.db,
    );
    expect(rows[0]).toEqual({ kept: 0 });
  });

  it.each([
    ['XML', BODY, { 'content-type': 'application/fhir+xml' }],
    ['a body of no type', BODY, { 'content-type': '' }],
    ['text', BODY, { 'content-type': 'text/plain' }],
    ['a form', BODY, { 'content-type': 'application/x-www-form-urlencoded' }],
    ['another character set', BODY, { 'content-type': 'application/fhir+json; charset=utf-16' }],
    ['a compressed body', gzipSync(BODY), { 'content-encoding': 'gzip' }],
  ])('%s: 415, with what is taken', async (_what, body, headers) => {
    const response = await system.notify(body, headers);
    expect(response.headers.get('accept-post')).toContain('application/fhir+json');
    expect(await refusalOf(response)).toMatchObject({ status: 415, code: 'HTTP.UNSUPPORTED_MEDIA_TYPE' });
  });

  it.each(['application/fhir+xml', 'application/xml; charset=UTF-8', 'text/xml'])(
    'XML as %s: 415, and what to set instead',
    async (type) => {
      const xml = '<Patient xmlns="http://hl7.org/fhir"><id value="p1"/></Patient>';
      const refusal = await refusalOf(await system.notify(xml, { 'content-type': type }));
      expect(refusal).toMatchObject({ status: 415, code: 'HTTP.UNSUPPORTED_MEDIA_TYPE' });
      expect(refusal.text).toContain('XML is not taken: let the sender use application/fhir+json');
    },
  );

  it.each(['Content-Length', 'chunks'])('more than the limit by %s: 413', async (how) => {
    const body = JSON.stringify(patient('p1', 1, { text: { div: 'x'.repeat(LIMIT) } }));
    expect((await sendLarge(body, how === 'chunks')).statusCode).toBe(413);
  });

  const afterText = (fault: string | Buffer, at: number): [Buffer, number] => [
    bytes(`{"resourceType":"Patient","id":"p","x":"`, ...(typeof fault === 'string' ? [fault] : fault), '"}'),
    at,
  ];
  it.each([
    ['a body that ends early', 'CANONICAL.SYNTAX', bytes('{"resourceType":"Patient"'), 25],
    ['JSON with a comment', 'CANONICAL.SYNTAX', bytes('{/**/}'), 1],
    ['a number with a leading zero', 'CANONICAL.SYNTAX', bytes('{"a":01}'), 6],
    ['a byte order mark', 'CANONICAL.SYNTAX', bytes(0xef, 0xbb, 0xbf, BODY), 0],
    ['two members of one name', 'CANONICAL.DUPLICATE_MEMBER', bytes('{"a":1,"\\u0061":2}'), 7],
    ['bytes that are not UTF-8', 'CANONICAL.INVALID_UTF8', ...afterText(bytes(0xff), 40)],
    ['an overlong form', 'CANONICAL.INVALID_UTF8', ...afterText(bytes(0xc0, 0xaf), 40)],
    ['an encoded surrogate', 'CANONICAL.INVALID_UTF8', ...afterText(bytes(0xed, 0xa0, 0x80), 40)],
    ['an escaped lone surrogate', 'CANONICAL.LONE_SURROGATE', ...afterText('\\ud800', 40)],
    ['too deep nesting', 'CANONICAL.TOO_DEEP', bytes(nested(DEPTH + 1)), 36 + DEPTH],
  ])('%s: 400, with the place', async (_what, code, body, position) => {
    const refusal = await refusalOf(await system.notify(body));
    expect(refusal).toMatchObject({ status: 400, code });
    expect(refusal.position).toBe(position);
  });

  it.each([
    ['an empty object', '{}'],
    ['an array', '[]'],
    ['a string', '"Patient"'],
    ['null', 'null'],
    ['a type that is no text', '{"resourceType":5,"id":"p"}'],
    ['no id', '{"resourceType":"Patient","meta":{"versionId":"1"}}'],
    ['an id that is no text', '{"resourceType":"Patient","id":5}'],
    ['Parameters', '{"resourceType":"Parameters","parameter":[{"name":"resource"}]}'],
    ['a Patient in a Bundle of another shape', '{"resourceType":"bundle","entry":[]}'],
  ])('%s: 422', async (_what, body) => {
    expect(await refusalOf(await system.notify(body))).toMatchObject({
      status: 422,
      code: 'INTAKE.NOT_A_RECORD_VERSION',
    });
  });

  it.each([
    '',
    'Patient',
    'Patient/',
    '/p1',
    'patient/p1',
    'Patient/p1/_history/2',
    'Patient/p 1',
    'Patient/..%2Fx',
    'http://127.0.0.1:9/fhir/Patient/p1',
    `Patient/${'p'.repeat(65)}`,
  ])('a deletion of "%s": 422', async (reference) => {
    const headers = { 'x-medplum-interaction': 'delete', 'x-medplum-deleted-resource': reference };
    const refusal = await refusalOf(await system.notify('{}', headers));
    expect(refusal).toMatchObject({ status: 422, code: 'INTAKE.NOT_A_RECORD_VERSION' });
    expect(refusal.text).not.toContain('p1');
  });
});

it('takes what is just within the limits', async () => {
  const filler = LIMIT - Buffer.byteLength(JSON.stringify(patient('p1', 1, { note: '' })));
  expect((await system.notify(patient('p1', 1, { note: 'x'.repeat(filler) }))).status).toBe(200);
  expect((await system.notify(nested(DEPTH))).status).toBe(200);
  expect((await system.notify(BODY, { 'content-type': 'application/fhir+json; charset=UTF-8' })).status).toBe(
    200,
  );
  expect((await system.notify(BODY, { 'content-type': 'application/json' })).status).toBe(200);
});

/** Half of the body is enough for a refusal: the rest may find the connection closed. */
async function sendLarge(body: string, chunked: boolean): Promise<IncomingMessage> {
  const headers = {
    'content-type': 'application/fhir+json',
    ...proofOf(WARD, body),
    ...(chunked ? { 'transfer-encoding': 'chunked' } : { 'content-length': body.length }),
  };
  const sending = request(`${system.api}/intake/${WARD.name}`, { method: 'POST', headers });
  sending.on('error', () => undefined);
  const [response] = await Promise.all([
    once(sending, 'response').then(([answer]) => answer as IncomingMessage),
    new Promise<void>((resolve) => {
      for (let at = 0; at < body.length; at += 512) sending.write(body.slice(at, at + 512));
      sending.end(resolve);
    }),
  ]);
  response.resume();
  return response;
}
