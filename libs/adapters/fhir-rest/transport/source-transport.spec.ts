import { lookup } from 'node:dns/promises';
import type { PortError, Source, SourceSettings } from '#ports';
import { aSource } from '../../../../test/support/a-source.js';
import {
  inTurn,
  json,
  serveSource,
  type Handler,
  type ServedSource,
} from '../../../../test/support/served-source.js';
import { SourceTransport, type SourceTransportOptions } from './source-transport.js';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function serve(handler: Handler): Promise<ServedSource> {
  const served = await serveSource(handler);
  closing.push(served.close);
  return served;
}

const FAST = { most: 3, backoffMs: 1, longestMs: 1_500 };
function transportOf(options: SourceTransportOptions = {}): SourceTransport {
  const transport = new SourceTransport({ retries: FAST, ...options });
  closing.push(() => transport.close());
  return transport;
}

const withSettings = (source: Source, settings: Partial<SourceSettings>): Source => ({
  ...source,
  settings: { ...source.settings, ...settings },
});
const get = (transport: SourceTransport, source: Source, url = `${source.base}/x`) =>
  transport.line(source).ask({ method: 'GET', url, headers: {} }, 1_000);
const caught = (work: Promise<unknown>): Promise<PortError> =>
  work.then(
    () => Promise.reject(new Error('nothing was thrown')),
    (error: unknown) => error as PortError,
  );
const OK = json(200, '{}');

describe('requirement 12, only allowed addresses: addresses', () => {
  const refusal = {
    code: 'SOURCE.REFUSED',
    advice: 'stop',
    message: expect.stringContaining('privateHosts') as string,
  };

  it.each([
    '127.0.0.1',
    '127.8.9.10',
    '2130706433',
    '0x7f.1',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '[::1]',
    '[::]',
    '[fe80::1]',
    '[fc00::1]',
    '[fd12:3456::1]',
    '[ff02::1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:10.0.0.1]',
    '[64:ff9b::169.254.169.254]',
    '[2002:7f00:1::1]',
  ])('%s is private, and not contacted', async (host) => {
    const source = aSource(`http://${host}:8080/fhir`, { settings: { privateHosts: [] } });
    await expect(get(transportOf(), source)).rejects.toMatchObject(refusal);
  });

  it('a private server is asked only when its host is allowed by name', async () => {
    const { source, seen } = await serve(OK);
    for (const privateHosts of [[], ['localhost'], ['127.0.0.2'], ['10.0.0.1']])
      await expect(get(transportOf(), withSettings(source, { privateHosts }))).rejects.toMatchObject(refusal);
    expect(seen).toEqual([]);
    await get(transportOf(), source);
    expect(seen).toEqual(['GET /fhir/x']);
  });

  it('a name that resolves to a private address is refused, unless name or address is allowed', async () => {
    const { source, seen } = await serve(OK);
    const named = { ...source, base: source.base.replace('127.0.0.1', 'localhost') };
    const refused = get(transportOf(), withSettings(named, { privateHosts: [] }));
    await expect(refused).rejects.toMatchObject(refusal);
    expect(seen).toEqual([]);
    await get(transportOf(), withSettings(named, { privateHosts: ['LOCALHOST.'] }));
    const addresses = (await lookup('localhost', { all: true })).map(({ address }) => address);
    await get(transportOf(), withSettings(named, { privateHosts: addresses }));
    expect(seen).toHaveLength(2);
  });

  it('a refused address counts as no failure of the source', async () => {
    const transport = transportOf();
    const source = aSource('http://127.0.0.1:8080/fhir', { settings: { privateHosts: [] } });
    for (let i = 0; i < 20; i++) await expect(get(transport, source)).rejects.toMatchObject(refusal);
  });
});

describe('requirement 12, only allowed URLs: URLs', () => {
  it.each([
    ['another host', 'http://other.example/fhir/x'],
    ['another port', (base: string) => `${new URL(base).protocol}//127.0.0.1:1/fhir/x`],
    ['another scheme', (base: string) => base.replace('http:', 'https:')],
    ['beside the base', (base: string) => `${base}ish/x`],
    ['above the base', (base: string) => `${base}/../x`],
    ['above the base, encoded', (base: string) => `${base}/%2e%2e/x`],
    ['credentials', (base: string) => base.replace('//', '//user:secret@')],
    ['the base in the credentials', (base: string) => base.replace('/fhir', '@other.example/fhir')],
    ['no URL', 'http://'],
    ['a file', 'file:///etc/passwd'],
  ])('%s: refused', async (_what, url) => {
    const { source, seen } = await serve(OK);
    const asked = get(transportOf(), source, typeof url === 'string' ? url : url(source.base));
    await expect(asked).rejects.toMatchObject({ code: 'SOURCE.REFUSED', advice: 'stop' });
    expect(seen).toEqual([]);
  });

  it('further bases are allowed by name, without our credentials', async () => {
    const files = await serve((request, response, body) =>
      json(200, { authorization: request.headers.authorization ?? null })(request, response, body),
    );
    const { source } = await serve(OK);
    const access = { kind: 'bearer', token: 'the-token' } as const;
    const declared = { ...withSettings(source, { allowedBases: [`${files.origin}/files`] }), access };
    const transport = transportOf();
    const { body } = await get(transport, declared, `${files.origin}/files/1.ndjson`);
    expect(JSON.parse(Buffer.from(body).toString())).toEqual({ authorization: null });
    await expect(get(transport, declared, `${files.origin}/other`)).rejects.toMatchObject({
      code: 'SOURCE.REFUSED',
    });
  });
});

describe('credentials', () => {
  it.each([
    [{ kind: 'none' }, undefined],
    // https://www.rfc-editor.org/rfc/rfc7617#section-2
    [{ kind: 'basic', username: 'Aladdin', password: 'open sesame' }, 'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=='],
    [{ kind: 'bearer', token: 'mF_9.B5f-4.1JqM' }, 'Bearer mF_9.B5f-4.1JqM'],
  ] as const)('%j', async (access, expected) => {
    let got: string | undefined = 'nothing came';
    const { source } = await serve((request, response, body) => {
      got = request.headers.authorization;
      OK(request, response, body);
    });
    await get(transportOf(), { ...source, access });
    expect(got).toBe(expected);
  });
});

describe('requirement 12, 429 and the breaker: a source that fails', () => {
  it.each([500, 502, 503, 504, 429, 408])('is asked again after %i', async (status) => {
    const { source, seen } = await serve(inTurn(json(status, ''), json(status, ''), OK));
    await get(transportOf(), source);
    expect(seen).toHaveLength(3);
  });

  it('and cuts connections is asked again', async () => {
    const cut: Handler = (_request, response) => response.socket?.destroy();
    const { source, seen } = await serve(inTurn(cut, cut, OK));
    await get(transportOf(), source);
    expect(seen).toHaveLength(3);
  });

  it('is asked four times at most, and only for what changes nothing', async () => {
    const { source, seen } = await serve(json(500, ''));
    await expect(get(transportOf(), source)).rejects.toMatchObject({ code: 'SOURCE.UNAVAILABLE' });
    expect(seen).toHaveLength(4);
    const post = { method: 'POST', url: source.base, headers: {}, body: '{}' };
    await expect(transportOf().line(source).ask(post, 100)).rejects.toMatchObject({ advice: 'retry' });
    expect(seen).toHaveLength(5);
  });

  it('has its short pauses waited for', async () => {
    const { source } = await serve(inTurn(json(429, '', { 'retry-after': '1' }), OK));
    const started = Date.now();
    await get(transportOf(), source);
    expect(Date.now() - started).toBeGreaterThanOrEqual(950);
  });

  it('has long ones told, in seconds and as dates, and is left alone meanwhile', async () => {
    const date = new Date(Date.now() + 60_000).toUTCString();
    for (const retryAfter of ['60', date]) {
      const { source, seen } = await serve(json(503, '', { 'retry-after': retryAfter }));
      const transport = transportOf();
      for (let i = 0; i < 3; i++) {
        const error = await caught(get(transport, source));
        expect(error).toMatchObject({ code: 'SOURCE.UNAVAILABLE', advice: 'slow-down' });
        expect(error.retryAfterMs).toBeGreaterThan(55_000);
        expect(error.retryAfterMs).toBeLessThanOrEqual(60_000);
      }
      expect(seen).toHaveLength(1);
    }
  });

  it('asks for an hour at most', async () => {
    const { source } = await serve(json(429, '', { 'retry-after': '99999999999' }));
    expect((await caught(get(transportOf(), source))).retryAfterMs).toBe(3_600_000);
  });

  it('in a row is left alone for a growing while, probed by one request, and asked again once it answers', async () => {
    let ok = false;
    const { source, seen } = await serve((request, response, body) =>
      (ok ? OK : json(500, ''))(request, response, body),
    );
    const states: boolean[] = [];
    const transport = transportOf({
      retries: { ...FAST, most: 0 },
      breaker: { failures: 3, firstPauseMs: 100, longestPauseMs: 200 },
      onBreaker: (_source, open) => states.push(open),
    });
    for (let i = 0; i < 10; i++) await caught(get(transport, source));
    expect(seen).toHaveLength(3);
    await new Promise((resolve) => setTimeout(resolve, 120));
    const probes = await Promise.all(Array.from({ length: 5 }, () => caught(get(transport, source))));
    expect(seen).toHaveLength(4);
    expect(probes.map(({ advice }) => advice).sort()).toEqual([
      'retry',
      ...Array<string>(4).fill('slow-down'),
    ]);
    await new Promise((resolve) => setTimeout(resolve, 120));
    await caught(get(transport, source));
    expect(seen).toHaveLength(4);
    ok = true;
    await new Promise((resolve) => setTimeout(resolve, 120));
    for (let i = 0; i < 5; i++) await get(transport, source);
    expect(seen).toHaveLength(9);
    expect(states).toEqual([true, false]);
  });

  it('is left alone by itself', async () => {
    const bad = await serve(json(500, ''));
    const good = await serve(OK);
    const transport = transportOf({ breaker: { failures: 1, firstPauseMs: 60_000, longestPauseMs: 60_000 } });
    await caught(get(transport, bad.source));
    await get(transport, { ...good.source, id: 2 });
    expect(good.seen).toHaveLength(1);
  });
});

describe('a source is asked', () => {
  it('no more at once than it may be, by all together', async () => {
    let most = 0;
    let now = 0;
    const { source } = await serve((request, response, body) => {
      most = Math.max(most, ++now);
      setTimeout(() => {
        now -= 1;
        OK(request, response, body);
      }, 20);
    });
    const transport = transportOf();
    const limited = withSettings(source, { parallelRequests: 3 });
    await Promise.all(Array.from({ length: 20 }, () => get(transport, { ...limited })));
    expect(most).toBe(3);
  });

  it('and what came of it is told', async () => {
    const outcomes: string[] = [];
    const { source } = await serve(inTurn(json(500, ''), json(429, ''), OK, json(404, '')));
    const transport = transportOf({ onOutcome: (name, outcome) => outcomes.push(`${name} ${outcome}`) });
    await get(transport, source);
    await caught(get(transport, source));
    expect(outcomes).toEqual(['test unavailable', 'test slow-down', 'test answered', 'test refused']);
  });

  it('as it is declared now', async () => {
    const one = await serve(OK);
    const other = await serve(OK);
    const transport = transportOf();
    await get(transport, one.source);
    await get(transport, other.source);
    expect([one.seen.length, other.seen.length]).toEqual([1, 1]);
  });
});
