import fc from 'fast-check';
import { patient } from '../support/test-source.js';
import { TestSystem } from '../support/test-system.js';

const SEED = 20_261_123;
const HARMLESS = [200, 400, 413, 415, 422];

let system: TestSystem;
beforeAll(async () => {
  system = await TestSystem.start();
  await system.notify(patient('p1', 1));
  await system.settled();
});
afterAll(() => system.stop());

/** A resource with bytes replaced, cut, doubled or put in. */
const mutated = fc
  .tuple(
    fc.constantFrom(patient('p1', 1), { resourceType: 'Parameters', parameter: [{ name: 'resource' }] }),
    fc.array(
      fc.record({
        at: fc.double({ min: 0, max: 1, noNaN: true }),
        remove: fc.integer({ min: 0, max: 12 }),
        put: fc.oneof(
          fc.uint8Array({ maxLength: 4 }),
          fc
            .constantFrom(
              '"',
              '{',
              '}',
              '[[[[',
              ',',
              ':',
              '\\u0000',
              '\\ud800',
              '1e999',
              '-0',
              'null',
              '\u0000',
            )
            .map((text) => Uint8Array.from(Buffer.from(text))),
          fc.json({ maxDepth: 2 }).map((text) => Uint8Array.from(Buffer.from(text))),
        ),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  )
  .map(([resource, changes]) => {
    let bytes = Buffer.from(JSON.stringify(resource));
    for (const { at, remove, put } of changes) {
      const from = Math.floor(at * bytes.length);
      bytes = Buffer.concat([bytes.subarray(0, from), put, bytes.subarray(from + remove)]);
    }
    return bytes;
  });

it.each(['/v1/verify', '/fhir/$verify', 'intake'])(
  'three hundred mutated bodies give %s no trouble',
  async (door) => {
    await fc.assert(
      fc.asyncProperty(mutated, async (body) => {
        const response = await (door === 'intake' ? system.notify(body) : system.post(door, body));
        const text = await response.text();
        expect({ status: response.status, text }).toMatchObject({
          status: HARMLESS.includes(response.status) ? response.status : 'harmless',
        });
        if (text !== '') JSON.parse(text);
      }),
      { numRuns: 300, seed: SEED },
    );
    await system.settled();
  },
);

describe('names that no database can hold', () => {
  const odd = (id: string) =>
    JSON.stringify({ resourceType: 'Patient', id, meta: { versionId: '1' }, active: true });
  it.each([
    ['U+0000 in an id', odd('a\u0000b')],
    ['U+0000 in a type', '{"resourceType":"Pat\\u0000ient","id":"p1","active":true}'],
    ['a name of ten thousand letters', odd('x'.repeat(10_000))],
    ['U+0000 in a version', '{"resourceType":"Patient","id":"nul","meta":{"versionId":"\\u0000"}}'],
    [
      'U+0000 in content',
      '{"resourceType":"Patient","id":"nul-text","meta":{"versionId":"1"},"a":"\\u0000"}',
    ],
    [
      'a member of JavaScript',
      '{"resourceType":"Patient","id":"p","meta":{"versionId":"1"},"__proto__":{"a":1}}',
    ],
  ])('are answered as any others: %s', async (_what, body) => {
    for (const door of ['/v1/verify', '/fhir/$verify']) {
      const response = await system.post(door, body);
      expect(HARMLESS).toContain(response.status);
    }
    expect(HARMLESS).toContain((await system.notify(body)).status);
    await system.settled();
  });

  it.each([
    '/v1/records/ward/Patient/a%00b',
    '/v1/records/%00/Patient/a',
    '/v1/records/ward/Patient/%ED%A0%80',
    '/v1/records/ward/Patient/%F0%9F%98%80',
    "/v1/records/ward/Patient/'%3B%20drop%20table%20record",
    `/v1/records/ward/Patient/${'x'.repeat(250)}`,
    `/v1/records/ward/Patient/${'x'.repeat(5000)}`,
    '/v1/evidence/%00',
    '/log/tile/%00',
    '/log/tile/0/%00',
  ])('are not found: GET %s', async (path) => {
    const response = await system.get(path);
    expect([400, 404, 414]).toContain(response.status);
    expect(await response.json()).toMatchObject({ error: { code: expect.any(String) as string } });
  });

  it('are not found: POST /intake/%00', async () => {
    expect((await system.post('/intake/%00', '{}')).status).toBe(404);
  });
});
