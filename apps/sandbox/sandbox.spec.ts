import { request as httpRequest } from 'node:http';
import { startSandbox, type Sandbox } from './index.js';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ bodyLimit: 100_000 });
});
afterAll(() => sandbox.close());

const FHIR = { 'content-type': 'application/fhir+json' };

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: Record<string, unknown>;
}

async function ask(
  method: string,
  path: string,
  body?: string,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const response = await fetch(`${sandbox.base}/${path}`, {
    method,
    headers: { ...(body === undefined ? {} : FHIR), ...headers },
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: JSON.parse(text || '{}') as Answer['json'],
  };
}

const put = (path: string, body: string, headers?: Record<string, string>) => ask('PUT', path, body, headers);
const patient = (id: string, more = '') => `{"resourceType":"Patient","id":"${id}"${more}}`;

function expectOutcome(answer: Answer, status: number): void {
  expect([answer.status, answer.json['resourceType']]).toEqual([status, 'OperationOutcome']);
  expect(answer.headers.get('content-type')).toContain('application/fhir+json');
}

describe('versions', () => {
  it('count from 1 and carry ETag, Last-Modified and Location', async () => {
    const created = await ask('POST', 'Patient', patient('ignored'));
    expect(created.status).toBe(201);
    const id = created.json['id'] as string;
    expect(id).not.toBe('ignored');
    expect(created.headers.get('location')).toBe(`${sandbox.base}/Patient/${id}/_history/1`);
    const updated = await put(`Patient/${id}`, patient(id, ',"active":true'));
    expect([updated.status, updated.headers.get('etag')]).toEqual([200, 'W/"2"']);
    expect(updated.json['meta']).toMatchObject({ versionId: '2' });
    expect(Date.parse(updated.headers.get('last-modified') ?? '')).not.toBeNaN();
    expect((await ask('GET', `Patient/${id}/_history/1`)).json).not.toHaveProperty('active');
    expectOutcome(await ask('GET', `Patient/${id}/_history/3`), 404);
  });

  it('go on through a deletion and a new beginning', async () => {
    expect((await put('Patient/phoenix', patient('phoenix'))).status).toBe(201);
    const deleted = await ask('DELETE', 'Patient/phoenix');
    expect([deleted.status, deleted.headers.get('etag')]).toEqual([200, 'W/"2"']);
    expectOutcome(await ask('GET', 'Patient/phoenix'), 410);
    expectOutcome(await ask('GET', 'Patient/phoenix/_history/2'), 410);
    expect((await ask('DELETE', 'Patient/phoenix')).status).toBe(200);
    const again = await put('Patient/phoenix', patient('phoenix'));
    expect([again.status, again.headers.get('etag')]).toEqual([201, 'W/"3"']);
  });

  it('are guarded by If-Match', async () => {
    await put('Patient/guarded', patient('guarded'));
    expectOutcome(await put('Patient/guarded', patient('guarded'), { 'if-match': 'W/"7"' }), 412);
    expectOutcome(await put('Patient/guarded', patient('guarded'), { 'if-match': 'nonsense' }), 400);
    expectOutcome(await put('Patient/absent', patient('absent'), { 'if-match': 'W/"1"' }), 412);
    expectOutcome(await ask('DELETE', 'Patient/guarded', undefined, { 'if-match': 'W/"7"' }), 412);
    expect((await put('Patient/guarded', patient('guarded'), { 'if-match': 'W/"1"' })).status).toBe(200);
  });
});

describe('history', () => {
  it('holds every version, newest first, with the deletion', async () => {
    await put('Patient/h', patient('h'));
    await put('Patient/h', patient('h', ',"active":true'));
    await ask('DELETE', 'Patient/h');
    // Twice: the repository underneath turned the order around at each call.
    for (let time = 0; time < 2; time++) {
      const { entry } = (await ask('GET', 'Patient/h/_history')).json as { entry: unknown[] };
      expect(entry).toHaveLength(3);
      expect(entry[0]).toMatchObject({ request: { method: 'DELETE' }, response: { etag: 'W/"3"' } });
      expect(entry[0]).not.toHaveProperty('resource');
      expect(entry[1]).toMatchObject({ request: { method: 'PUT' }, resource: { active: true } });
      expect(entry[2]).toMatchObject({ request: { method: 'POST' }, fullUrl: `${sandbox.base}/Patient/h` });
    }
    expectOutcome(await ask('GET', 'Patient/never/_history'), 404);
  });

  it('is there for a type and for everything, since an instant, in pages', async () => {
    await put('Basic/b1', '{"resourceType":"Basic","id":"b1"}');
    await new Promise((resolve) => setTimeout(resolve, 5));
    const since = new Date().toISOString();
    await put('Basic/b1', '{"resourceType":"Basic","id":"b1"}');
    await put('Basic/b2', '{"resourceType":"Basic","id":"b2"}');
    expect((await ask('GET', 'Basic/_history')).json['total']).toBe(3);
    expect((await ask('GET', `Basic/_history?_since=${since}`)).json['total']).toBe(2);
    expect((await ask('GET', `_history?_since=${since}`)).json['total']).toBe(2);
    expect((await ask('GET', `Basic/b1/_history?_since=${since}`)).json['total']).toBe(1);
    expectOutcome(await ask('GET', 'Basic/_history?_since=yesterday'), 400);
    const seen: unknown[] = [];
    let url: string | undefined = `${sandbox.base}/Basic/_history?_count=2`;
    while (url !== undefined) {
      const page = (await (await fetch(url)).json()) as {
        entry: unknown[];
        link: { relation: string; url: string }[];
      };
      seen.push(...page.entry);
      url = page.link.find(({ relation }) => relation === 'next')?.url;
    }
    expect(seen).toHaveLength(3);
  });
});

describe('precision', () => {
  const content = '"valueQuantity":{"value":1.00,"x":[1e3,-0,0.10,12345678901234567890,5.4,1E400]}';
  const observation = (id: string) =>
    `{"resourceType":"Observation","id":"${id}","status":"final",${content}}`;

  it('keeps number tokens through PUT, GET, vread, search and history', async () => {
    await put('Observation/precise', observation('precise'));
    for (const path of ['', '/_history/1', '/_history']) {
      expect((await ask('GET', `Observation/precise${path}`)).text).toContain(content);
    }
    expect((await ask('GET', 'Observation?_id=precise')).text).toContain(content);
  });

  it('keeps them through a transaction that rewrites references', async () => {
    const bundle = `{"resourceType":"Bundle","type":"transaction","entry":[
      {"fullUrl":"urn:uuid:0b9f9c5e-8a0f-4d3c-9c57-6b0c3f8f5a11","resource":{"resourceType":"Patient"},
       "request":{"method":"POST","url":"Patient"}},
      {"resource":{"resourceType":"Observation","id":"tx","status":"final",
       "subject":{"reference":"urn:uuid:0b9f9c5e-8a0f-4d3c-9c57-6b0c3f8f5a11"},${content}},
       "request":{"method":"PUT","url":"Observation/tx"}}]}`;
    const answer = await ask('POST', '', bundle);
    expect(answer.json).toMatchObject({
      type: 'transaction-response',
      entry: [{ response: { status: '201' } }, {}],
    });
    const stored = await ask('GET', 'Observation/tx');
    expect(stored.text).toContain(content);
    expect(stored.json).toMatchObject({
      subject: { reference: expect.stringMatching(/^Patient\//) as string },
    });
  });

  it('keeps nulls, order of members and odd names', async () => {
    const odd =
      '"zzz":1,"name":[{"given":["a",null],"_given":[null,{"id":"x"}]}],"__proto__":{"a":1},"aaa":""';
    await put('Patient/odd', `{"resourceType":"Patient","id":"odd",${odd}}`);
    expect((await ask('GET', 'Patient/odd')).text).toContain(odd);
  });
});

describe('search, batch and transaction', () => {
  it('finds by parameters and refuses those it cannot evaluate', async () => {
    await put('Patient/s1', patient('s1', ',"name":[{"family":"Quux"}],"gender":"female"'));
    await put('Patient/s2', patient('s2', ',"name":[{"family":"Quux"}],"gender":"male"'));
    expect((await ask('GET', 'Patient?family=quux')).json['total']).toBe(2);
    const found = await ask('GET', 'Patient?family=quux&gender=male');
    expect(found.json).toMatchObject({ total: 1, entry: [{ fullUrl: `${sandbox.base}/Patient/s2` }] });
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await ask('POST', 'Patient/_search', 'family=quux&gender=female', form)).json['total']).toBe(1);
    expectOutcome(await ask('GET', 'Patient?shoe-size=42'), 400);
    expectOutcome(await ask('GET', 'Observation?value-quantity=5'), 400);
    await ask('DELETE', 'Patient/s2');
    expect((await ask('GET', 'Patient?family=quux')).json['total']).toBe(1);
  });

  it('creates and deletes conditionally', async () => {
    const body = '{"resourceType":"Patient","identifier":[{"value":"cond-1"}]}';
    expect((await ask('POST', 'Patient', body, { 'if-none-exist': 'identifier=cond-1' })).status).toBe(201);
    expect((await ask('POST', 'Patient', body, { 'if-none-exist': 'identifier=cond-1' })).status).toBe(200);
    expect((await ask('DELETE', 'Patient?identifier=cond-1')).status).toBe(200);
    expect((await ask('GET', 'Patient?identifier=cond-1')).json['total']).toBe(0);
  });

  it('undoes a transaction that fails, and only that', async () => {
    await put('Patient/keep', patient('keep', ',"gender":"other"'));
    const entry = (body: string, method: string, url: string) =>
      `{"resource":${body},"request":{"method":"${method}","url":"${url}"}}`;
    const bundle = (type: string) =>
      `{"resourceType":"Bundle","type":"${type}","entry":[${[
        entry(patient('keep', ',"gender":"male"'), 'PUT', 'Patient/keep'),
        entry(patient('fresh'), 'PUT', 'Patient/fresh'),
        entry(patient('other'), 'PUT', 'Patient/mismatch'),
      ].join(',')}]}`;
    expectOutcome(await ask('POST', '', bundle('transaction')), 400);
    expect((await ask('GET', 'Patient/keep')).json).toMatchObject({
      gender: 'other',
      meta: { versionId: '1' },
    });
    expect((await ask('GET', 'Patient?_id=keep&gender=other')).json['total']).toBe(1);
    expectOutcome(await ask('GET', 'Patient/fresh'), 404);
    const batch = await ask('POST', '', bundle('batch'));
    expect(batch.json).toMatchObject({
      entry: [{ response: { status: '200', etag: 'W/"2"' } }, {}, { response: { status: '400' } }],
    });
  });
});

describe('hostile requests', () => {
  const deep = `{"resourceType":"Patient","id":"deep","x":${'['.repeat(3000)}${']'.repeat(3000)}}`;
  const deeper = `{"resourceType":"Patient","id":"deep","x":${'['.repeat(45_000)}${']'.repeat(45_000)}}`;
  it.each([
    ['malformed JSON', 'PUT', 'Patient/a', '{"resourceType":', 400],
    ['no resource', 'PUT', 'Patient/a', '[1]', 400],
    ['null', 'PUT', 'Patient/a', 'null', 400],
    ['an empty body', 'PUT', 'Patient/a', '', 400],
    ['a string with U+0000', 'PUT', 'Patient/a', '{"resourceType":"Patient","id":"a","x":"\\u00001.0"}', 400],
    ['deep nesting', 'PUT', 'Patient/deep', deep, 400],
    ['absurd nesting', 'PUT', 'Patient/deep', deeper, 400],
    ['meta that is text', 'PUT', 'Patient/a', '{"resourceType":"Patient","id":"a","meta":"x"}', 400],
    ['another id', 'PUT', 'Patient/a', patient('b'), 400],
    ['another type', 'PUT', 'Observation/a', patient('a'), 400],
    ['an id that is none', 'PUT', `Patient/${'a'.repeat(65)}`, patient('a'.repeat(65)), 400],
    ['a type that is none', 'PUT', 'Foo/a', '{"resourceType":"Foo","id":"a"}', 404],
    ['a type from JavaScript', 'PUT', 'constructor/a', '{"resourceType":"constructor","id":"a"}', 404],
    ['another prototype', 'GET', '__proto__/a', undefined, 404],
    ['an unknown type', 'GET', 'Foo', undefined, 404],
    ['an unknown resource', 'GET', 'Patient/unknown', undefined, 404],
    ['a long path', 'GET', 'Patient/a/b/c/d', undefined, 404],
    ['PATCH', 'PATCH', 'Patient/a', patient('a'), 405],
    ['GraphQL', 'POST', '$graphql', '{"resourceType":"Parameters"}', 404],
    ['XML wanted', 'GET', 'Patient?_format=xml', undefined, 406],
    ['a broken escape', 'GET', 'Patient/%zz', undefined, 400],
    [
      'an odd batch',
      'POST',
      '',
      '{"resourceType":"Bundle","type":"batch","entry":[null,{"request":5}]}',
      400,
    ],
    ['an entry without end', 'POST', '', '{"resourceType":"Bundle","type":"transaction","entry":{}}', 400],
    ['too large a body', 'PUT', 'Patient/a', patient('a', `,"x":"${'x'.repeat(100_000)}"`), 413],
  ])('answers %s with an OperationOutcome', async (_what, method, path, body, status) => {
    expectOutcome(await ask(method, path, body), status);
  });

  it('answers other content types and broken UTF-8 so too', async () => {
    expectOutcome(await put('Patient/a', '<Patient/>', { 'content-type': 'application/fhir+xml' }), 415);
    const response = await fetch(`${sandbox.base}/Patient/a`, {
      method: 'PUT',
      headers: FHIR,
      body: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]),
    });
    expect(response.status).toBe(400);
  });

  it('survives content of the wrong shape in searches', async () => {
    await put(
      'Patient/shape',
      patient('shape', ',"name":5,"birthDate":{"a":[]},"identifier":"x","active":[[]]'),
    );
    for (const query of [
      'name=a',
      'birthdate=ge2020',
      'identifier=x',
      'active=true',
      'organization=a',
      '_sort=name',
    ])
      expect((await ask('GET', `Patient?${query}`)).status).toBeLessThan(500);
  });

  it('answers HEAD without a body', async () => {
    await put('Patient/head', patient('head'));
    const status = await new Promise<number | undefined>((resolve, reject) =>
      httpRequest(`${sandbox.base}/Patient/head`, { method: 'HEAD' }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end(),
    );
    expect(status).toBe(200);
  });
});
