import { createHmac } from 'node:crypto';
import type { SourceDeclaration } from '#ports';
import { refusalOf } from '../support/outcome.js';
import { patient, proofOf, WARD } from '../support/test-source.js';
import { TestSystem } from '../support/test-system.js';

const LAB: SourceDeclaration = {
  ...WARD,
  name: 'lab',
  authentication: { kind: 'header', header: 'X-Lab-Secret', secret: 'the secret of the lab only' },
};
const OTHER_WARD: SourceDeclaration = {
  ...WARD,
  name: 'other-ward',
  authentication: { kind: 'hmac', secret: 'the secret of another ward' },
};
const BODY = JSON.stringify(patient('p1', 1));
const hex = (secret: string, body = BODY): string => createHmac('sha256', secret).update(body).digest('hex');
const right = hex(WARD.authentication.secret);
const none = { 'x-signature': undefined };

describe('requirement 2, the sender is authenticated, and secrets rotate: who may notify', () => {
  let system: TestSystem;

  beforeAll(async () => {
    system = await TestSystem.start({ withoutWorker: true });
    await system.declare(LAB);
    await system.declare(OTHER_WARD);
  });
  afterAll(() => system.stop());

  it.each([
    ['X-Signature in hexadecimal', { 'x-signature': right }],
    ['X-Signature in capital letters', { 'x-signature': right.toUpperCase() }],
    ['X-Hub-Signature', { ...none, 'x-hub-signature': `sha256=${right}` }],
    ['either of the two', { 'x-signature': hex('nonsense'), 'x-hub-signature': `sha256=${right}` }],
  ])('whoever signs the raw body: %s', async (_how, headers) => {
    const response = await system.notify(BODY, headers);
    expect([response.status, await response.text()]).toEqual([200, '']);
  });

  it('whoever knows the secret of the declared header, whatever the case of its name', async () => {
    expect((await system.notify(BODY, {}, LAB)).status).toBe(200);
    const lower = { 'X-Lab-Secret': undefined, 'x-lab-secret': 'the secret of the lab only' };
    expect((await system.notify(BODY, lower, LAB)).status).toBe(200);
  });

  it.each([
    ['no signature', WARD, none],
    ['an empty signature', WARD, { 'x-signature': '' }],
    ['a signature of another body', WARD, { 'x-signature': hex(WARD.authentication.secret, `${BODY} `) }],
    ["another source's signature", WARD, proofOf(OTHER_WARD, BODY)],
    ['a signature cut short', WARD, { 'x-signature': right.slice(0, 32) }],
    ['a signature in base64', WARD, { 'x-signature': Buffer.from(right, 'hex').toString('base64') }],
    ['a signature with two in one header', WARD, { 'x-signature': `${right}, ${right}` }],
    ['X-Hub-Signature without its prefix', WARD, { ...none, 'x-hub-signature': right }],
    ['X-Hub-Signature of SHA-1', WARD, { ...none, 'x-hub-signature': `sha1=${right}` }],
    ['the secret itself', WARD, { 'x-signature': WARD.authentication.secret }],
    ['no secret', LAB, { 'X-Lab-Secret': undefined }],
    ['a wrong secret', LAB, { 'X-Lab-Secret': 'the secret of the lab onlx' }],
    ['the secret and more', LAB, { 'X-Lab-Secret': 'the secret of the lab only!' }],
    ["a header source by another's signature", LAB, { 'X-Lab-Secret': undefined, 'x-signature': right }],
  ])('nobody with %s', async (_what, source, headers) => {
    const refusal = await refusalOf(await system.notify(BODY, headers, source));
    expect(refusal).toMatchObject({ status: 401, code: 'INTAKE.UNAUTHENTICATED' });
    expect(refusal.text).not.toContain(right);
    expect(refusal.text).not.toContain('the secret of');
  });

  it.each([
    ['a signature', { kind: 'hmac', secret: 'the new secret of the ward', previousSecret: 'the old secret' }],
    [
      'a header',
      { kind: 'header', header: 'X-Old', secret: 'the new secret', previousSecret: 'the old secret' },
    ],
  ] as const)('whoever still proves itself by %s of the secret before', async (_, both) => {
    const rotating: SourceDeclaration = {
      ...WARD,
      name: `rotating-${both.kind}`,
      base: `${WARD.base}/${both.kind}`,
      authentication: both,
    };
    await system.declare(rotating);
    const statusBy = async (secret: string): Promise<number> => {
      const proof = proofOf({ ...rotating, authentication: { ...both, secret } }, BODY);
      return (await system.notify(BODY, { ...none, ...proof }, rotating)).status;
    };
    expect(await Promise.all([both.secret, 'the old secret', 'no secret of any'].map(statusBy))).toEqual([
      200, 200, 401,
    ]);
  });

  it('whoever signs nothing, where nothing is the body', async () => {
    for (const [method, path] of [
      ['DELETE', '/intake/ward/Patient/p1'],
      ['POST', '/intake/ward'],
    ] as const) {
      const ask = (secret: string): Promise<Response> =>
        fetch(`${system.api}${path}`, { method, headers: { 'x-signature': hex(secret, '') } });
      expect((await ask(WARD.authentication.secret)).status).toBe(200);
      expect((await ask('another secret')).status).toBe(401);
    }
  });

  it('nobody who was not declared, and without a hint at what the secret would be', async () => {
    const refusal = await refusalOf(await system.notify(BODY, {}, { ...WARD, name: 'nobody' }));
    expect(refusal).toMatchObject({ status: 404, code: 'INTAKE.UNKNOWN_SOURCE' });
    expect(refusal.text).not.toContain('nobody');
    const odd = await refusalOf(await system.post(`/intake/${encodeURIComponent("'; drop table--")}`, BODY));
    expect(odd.status).toBe(404);
  });

  it('and nobody is told what is wrong with a body before having proved to be the source', async () => {
    const broken = await refusalOf(await system.notify('{', { 'x-signature': right }));
    expect(broken).toMatchObject({ status: 401, code: 'INTAKE.UNAUTHENTICATED' });
  });
});
