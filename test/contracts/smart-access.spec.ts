import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalJWKSet, jwtVerify, type JWK } from 'jose';
import { FhirRestSource, SourceTransport } from '#adapters/fhir-rest';
import { loadKeys } from '#adapters/keys-file';
import type { ClientKeys, Source, SourceAccess } from '#ports';
import { json, serveSource, type Handler, type ServedSource } from '../support/served-source.js';

type Smart = Extract<SourceAccess, { kind: 'smart' }>;

const CLIENT = { kind: 'smart', clientId: 'attestry', scope: 'system/*.rs', algorithm: 'ES384' } as const;
const PATIENT = { resourceType: 'Patient', id: 'p' };

let folder: string;
let keys: ClientKeys;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'attestry-smart-'));
  keys = (await loadKeys(folder, 'test.example/log')).clientKeys;
});
afterAll(() => rm(folder, { recursive: true }));

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface TokenServer {
  /** Token numbers that the FHIR server takes no longer. */
  readonly revoked: Set<number>;
  readonly assertions: { readonly assertion: string; readonly form: URLSearchParams }[];
  lifetime: number | undefined;
  /** Instead of a token. */
  answer: Handler | undefined;
}

/** A FHIR server behind SMART Backend Services, whose token endpoint is `/auth/token`. */
async function serveSmart(
  discovered?: (origin: string) => unknown,
): Promise<{ served: ServedSource; server: TokenServer; source: (access?: Partial<Smart>) => Source }> {
  const server: TokenServer = { revoked: new Set(), assertions: [], lifetime: 300, answer: undefined };
  const served = await serveSource((request, response, body) => {
    const path = request.url ?? '';
    if (path === '/fhir/.well-known/smart-configuration')
      json(200, { token_endpoint: discovered?.(served.origin) ?? `${served.origin}/fhir/auth/token` })(
        request,
        response,
        body,
      );
    else if (path.endsWith('/auth/token')) {
      const form = new URLSearchParams(body);
      server.assertions.push({ assertion: form.get('client_assertion') ?? '', form });
      const access_token = `token-${server.assertions.length}`;
      const granted = { access_token, token_type: 'Bearer', expires_in: server.lifetime };
      (server.answer ?? json(200, granted))(request, response, body);
    } else {
      const token = /^Bearer token-(\d+)$/.exec(request.headers.authorization ?? '')?.[1];
      const good = token !== undefined && !server.revoked.has(Number(token));
      json(good ? 200 : 401, good ? PATIENT : '')(request, response, body);
    }
  });
  closing.push(served.close);
  return { served, server, source: (access) => ({ ...served.source, access: { ...CLIENT, ...access } }) };
}

function port(): FhirRestSource {
  const transport = new SourceTransport({ keys });
  closing.push(() => transport.close());
  return new FhirRestSource(transport);
}

describe('requirement 12, asked with OAuth: SMART Backend Services', () => {
  it.each(['ES384', 'RS384'] as const)('gets a token by an assertion that %s signs', async (algorithm) => {
    const { served, server, source } = await serveSmart();
    const before = Math.floor(Date.now() / 1000);
    expect(await port().read(source({ algorithm }), 'Patient', 'p')).toMatchObject({ state: 'present' });
    const { assertion, form } = server.assertions[0]!;
    expect(Object.fromEntries(form)).toEqual({
      grant_type: 'client_credentials',
      scope: 'system/*.rs',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    });
    const published = { keys: (await keys.publicKeys()) as JWK[] };
    const audience = `${served.origin}/fhir/auth/token`;
    const { payload, protectedHeader } = await jwtVerify(assertion, createLocalJWKSet(published), {
      audience,
    });
    expect(protectedHeader).toMatchObject({
      alg: algorithm,
      typ: 'JWT',
      kid: expect.stringMatching(/./) as string,
    });
    expect(payload).toMatchObject({ iss: 'attestry', sub: 'attestry' });
    expect(payload.jti).toMatch(/^[0-9a-f-]{36}$/);
    expect(payload.exp! - before).toBeLessThanOrEqual(300);
  });

  it('keeps the token, has one made for all that ask at once, and no assertion twice', async () => {
    const { server, source } = await serveSmart();
    const asking = port();
    await Promise.all(Array.from({ length: 10 }, () => asking.read(source(), 'Patient', 'p')));
    await asking.read(source(), 'Patient', 'p');
    expect(server.assertions).toHaveLength(1);
    server.revoked.add(1);
    await asking.read(source(), 'Patient', 'p');
    expect(server.assertions).toHaveLength(2);
    expect(server.assertions[0]!.assertion).not.toBe(server.assertions[1]!.assertion);
  });

  it('renews a token before it runs out', async () => {
    const { server, source } = await serveSmart();
    server.lifetime = 1;
    const asking = port();
    await asking.read(source(), 'Patient', 'p');
    await new Promise((resolve) => setTimeout(resolve, 600));
    await asking.read(source(), 'Patient', 'p');
    expect(server.assertions).toHaveLength(2);
  });

  it('asks no third time when a new token is not taken either', async () => {
    const { server, served, source } = await serveSmart();
    for (let i = 1; i < 10; i++) server.revoked.add(i);
    await expect(port().read(source(), 'Patient', 'p')).rejects.toMatchObject({ code: 'SOURCE.REFUSED' });
    expect(served.seen.filter((one) => one === 'GET /fhir/Patient/p')).toHaveLength(2);
  });

  it('asks a declared token endpoint, wherever it is', async () => {
    const other = await serveSmart();
    const { source, served } = await serveSmart();
    const tokenUrl = `${other.served.origin}/auth/token`;
    await port().read(source({ tokenUrl }), 'Patient', 'p');
    expect(served.seen).toEqual(['GET /fhir/Patient/p']);
    expect(other.served.seen).toEqual(['POST /auth/token']);
  });

  it('sends no assertion to an endpoint elsewhere that was only discovered, unless it is allowed', async () => {
    const elsewhere = await serveSmart();
    const { source } = await serveSmart(() => `${elsewhere.served.origin}/auth/token`);
    const error = { code: 'SOURCE.REFUSED', message: expect.stringContaining('allowedBases') as string };
    await expect(port().read(source(), 'Patient', 'p')).rejects.toMatchObject(error);
    expect(elsewhere.served.seen).toEqual([]);
    const settings = { ...source().settings, allowedBases: [elsewhere.served.origin] };
    await port().read({ ...source(), settings }, 'Patient', 'p');
    expect(elsewhere.served.seen).toEqual(['POST /auth/token']);
  });

  it.each([
    ['refused', json(400, { error: 'invalid_client' }), 'SOURCE.REFUSED', 'stop'],
    ['unauthorised', json(401, { error: 'invalid_client' }), 'SOURCE.REFUSED', 'stop'],
    ['down', json(503, ''), 'SOURCE.UNAVAILABLE', 'retry'],
    ['no JSON', json(200, '<html>'), 'SOURCE.MALFORMED', 'stop'],
    ['null', json(200, 'null'), 'SOURCE.MALFORMED', 'stop'],
    ['no token', json(200, { token_type: 'bearer' }), 'SOURCE.MALFORMED', 'stop'],
    [
      'a token that breaks a header',
      json(200, { access_token: 'a\r\nb', token_type: 'bearer' }),
      'SOURCE.MALFORMED',
      'stop',
    ],
    [
      'a token of another kind',
      json(200, { access_token: 'a', token_type: 'mac' }),
      'SOURCE.MALFORMED',
      'stop',
    ],
  ])('a token endpoint that answers: %s', async (_what, answer, code, advice) => {
    const { server, source } = await serveSmart();
    server.answer = answer;
    await expect(port().read(source(), 'Patient', 'p')).rejects.toMatchObject({ code, advice });
    server.answer = undefined;
    await port().read(source(), 'Patient', 'p');
  });

  it('says nothing of assertions and tokens', async () => {
    const { server, source } = await serveSmart();
    server.answer = json(400, { error: 'token-1' });
    const error = await port()
      .read(source(), 'Patient', 'p')
      .catch((caught: unknown) => caught as Error);
    const said = `${(error as Error).message}${(error as Error).stack ?? ''}${JSON.stringify(error)}`;
    expect(said).not.toMatch(/token-1|eyJ/);
  });
});
