import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import { startSandbox, type Sandbox } from '../index.js';

const keys = new Map<string, CryptoKey>();
let jwks: Server;
let sandbox: Sandbox;
let endpoint: string;

beforeAll(async () => {
  const published: JWK[] = [];
  for (const alg of ['RS384', 'ES384']) {
    const { privateKey, publicKey } = await generateKeyPair(alg);
    keys.set(alg, privateKey);
    published.push({ ...(await exportJWK(publicKey)), kid: alg, alg });
  }
  jwks = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ keys: published }));
  });
  await new Promise<void>((resolve) => jwks.listen(0, '127.0.0.1', resolve));
  const { port } = jwks.address() as AddressInfo;
  sandbox = await startSandbox({ requireToken: `http://127.0.0.1:${port}/jwks.json`, tokenLifetimeS: 1 });
  const configuration = await fetch(`${sandbox.base}/.well-known/smart-configuration`);
  endpoint = ((await configuration.json()) as { token_endpoint: string }).token_endpoint;
});
afterAll(async () => {
  await sandbox.close();
  jwks.close();
});

function assertion(alg: string, changes: object = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: 'me', sub: 'me', aud: endpoint, exp: now + 240, jti: randomUUID(), ...changes };
  return new SignJWT(claims).setProtectedHeader({ alg, kid: alg, typ: 'JWT' }).sign(keys.get(alg)!);
}

async function askToken(signed: string, changes: Record<string, string> = {}) {
  const response = await fetch(endpoint, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      scope: 'system/*.rs',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: signed,
      ...changes,
    }),
  });
  return { status: response.status, json: (await response.json()) as Record<string, unknown> };
}

const read = (token?: string) =>
  fetch(`${sandbox.base}/Patient`, {
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
  });

describe('a sandbox that requires tokens', () => {
  it.each(['RS384', 'ES384'])('gives one for an assertion under %s, for a while', async (alg) => {
    const refused = await read();
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    const { status, json } = await askToken(await assertion(alg));
    expect([status, json]).toMatchObject([200, { token_type: 'bearer', expires_in: 1 }]);
    expect((await read(String(json['access_token']))).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    expect((await read(String(json['access_token']))).status).toBe(401);
    expect((await read('made-up')).status).toBe(401);
  });

  it('lets everybody read its metadata, and nobody write', async () => {
    expect((await fetch(`${sandbox.base}/metadata`)).status).toBe(200);
    const body = '{"resourceType":"Patient"}';
    const headers = { 'content-type': 'application/fhir+json' };
    expect((await fetch(`${sandbox.base}/Patient`, { method: 'POST', headers, body })).status).toBe(401);
    expect((await fetch(`${sandbox.base}/$export`)).status).toBe(401);
  });

  it.each([
    ['another audience', { aud: 'https://other.example.org' }],
    ['another subject', { sub: 'you' }],
    ['too long a life', { exp: Math.floor(Date.now() / 1000) + 3600 }],
    ['no life left', { exp: Math.floor(Date.now() / 1000) - 60 }],
    ['no id', { jti: undefined }],
  ])('refuses an assertion with %s', async (_what, changes) => {
    expect(await askToken(await assertion('ES384', changes))).toEqual({
      status: 400,
      json: { error: 'invalid_client' },
    });
  });

  it('refuses an assertion that it has seen, and other grants', async () => {
    const signed = await assertion('RS384');
    expect((await askToken(signed)).status).toBe(200);
    expect((await askToken(signed)).json).toEqual({ error: 'invalid_client' });
    const fresh = await assertion('RS384');
    const answer = await askToken(fresh, { grant_type: 'password' });
    expect(answer.json).toEqual({ error: 'unsupported_grant_type' });
    expect((await askToken(fresh, { scope: '' })).json).toEqual({ error: 'invalid_request' });
  });
});
