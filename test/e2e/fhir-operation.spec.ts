import type {
  CapabilityStatement,
  OperationDefinition,
  OperationDefinitionParameter,
  Parameters,
  ParametersParameter,
} from '@medplum/fhirtypes';
import { refusalOf } from '../support/outcome.js';
import { patient, WARD } from '../support/test-source.js';
import { TestSystem } from '../support/test-system.js';

const DEPTH = 64;

let system: TestSystem;
beforeAll(async () => {
  system = await TestSystem.start({
    settings: { ATTESTRY_INTAKE_MAXDEPTH: String(DEPTH), ATTESTRY_VERIFICATION_MAXBODYBYTES: '4096' },
  });
  await system.notify(patient('p1', 1, { gender: 'female' }));
  await system.settled();
});
afterAll(() => system.stop());

const verify = (body: object | string, headers = {}): Promise<Response> =>
  system.post('/fhir/$verify', typeof body === 'string' ? body : JSON.stringify(body), headers);

async function answerTo(body: object): Promise<ParametersParameter[]> {
  const response = await verify(body);
  expect([response.status, response.headers.get('content-type')]).toEqual([
    200,
    'application/fhir+json; charset=utf-8',
  ]);
  const answer = (await response.json()) as Parameters;
  expect(answer.resourceType).toBe('Parameters');
  return answer.parameter ?? [];
}

const parametersOf = (...resources: unknown[]): object => ({
  resourceType: 'Parameters',
  parameter: resources.map((resource) => ({ name: 'resource', resource })),
});

describe('POST /fhir/$verify', () => {
  const p1 = patient('p1', 1, { gender: 'female' });
  const altered = patient('p1', 1, { gender: 'male' });

  it('takes a resource as it is, or as a parameter, and answers the same', async () => {
    const answer = await answerTo(p1);
    expect(await answerTo(parametersOf(p1))).toEqual(answer);
    expect(answer).toEqual(
      expect.arrayContaining([
        { name: 'match', valueCode: 'exact' },
        { name: 'standing', valueCode: 'current' },
        { name: 'assurance', valueCode: 'logged' },
        { name: 'matching', valueString: 'gender' },
        {
          name: 'record',
          part: [
            { name: 'source', valueString: 'ward' },
            { name: 'version', valueUri: `${WARD.base}/Patient/p1/_history/1` },
            { name: 'interaction', valueCode: 'update' },
            { name: 'lastUpdated', valueInstant: '2026-01-01T00:00:01.000Z' },
            { name: 'observed', valueInstant: expect.stringMatching(/^20.*Z$/) as string },
          ],
        },
        { name: 'others', valueUnsignedInt: 0 },
        { name: 'index', valueUnsignedInt: 0 },
        { name: 'evidence', valueUri: '/v1/evidence/0' },
      ]),
    );
  });

  it('answers the same facts as POST /v1/verify', async () => {
    const verdict = (await (await system.post('/v1/verify', JSON.stringify(altered))).json()) as {
      elements: { differing: string[] };
    };
    expect(verdict).toMatchObject({ match: 'partial', elements: { differing: ['gender'] } });
    const answer = await answerTo(altered);
    expect(answer.filter(({ name }) => name === 'differing')).toEqual([
      { name: 'differing', valueString: 'gender' },
    ]);
  });

  it('keeps the digits of a resource within Parameters', async () => {
    const body = '{"resourceType":"Basic","id":"b1","meta":{"versionId":"1"},"value":1.00}';
    await system.notify(body);
    await system.settled();
    const wrapped = (value: string) =>
      `{"resourceType":"Parameters","parameter":[{"name":"resource","resource":${body.replace('1.00', value)}}]}`;
    const matchOf = async (text: string) =>
      ((await (await verify(text)).json()) as Parameters).parameter?.[0]?.valueCode;
    expect(await matchOf(wrapped('1.00'))).toBe('exact');
    expect(await matchOf(wrapped('1.0'))).toBe('portable');
  });

  it.each([
    ['no parameter', { resourceType: 'Parameters' }],
    ['a parameter of another name', { resourceType: 'Parameters', parameter: [{ name: 'r', resource: p1 }] }],
    ['two resources', parametersOf(p1, p1)],
    ['a parameter without a resource', { resourceType: 'Parameters', parameter: [{ name: 'resource' }] }],
    ['a resource that is none', parametersOf({ id: 'p1' })],
    ['text for a resource', parametersOf('Patient/p1')],
    ['parameters that are no list', { resourceType: 'Parameters', parameter: { name: 'resource' } }],
    ['no resource', []],
  ])('refuses %s: 422', async (_what, body) => {
    expect(await refusalOf(await verify(body))).toMatchObject({
      status: 422,
      code: 'RESOURCE.NOT_A_RESOURCE',
    });
  });

  it.each([
    ['what is not JSON', '{"resourceType":', {}, 400, 'CANONICAL.SYNTAX'],
    ['duplicate members', '{"a":1,"a":2}', {}, 400, 'CANONICAL.DUPLICATE_MEMBER'],
    ['deep nesting', '['.repeat(DEPTH + 1), {}, 400, 'CANONICAL.TOO_DEEP'],
    ['a large body', ' '.repeat(5000), {}, 413, 'HTTP.BODY_TOO_LARGE'],
    ['XML', '<a/>', { 'content-type': 'application/fhir+xml' }, 415, 'HTTP.UNSUPPORTED_MEDIA_TYPE'],
  ])('refuses %s with an OperationOutcome', async (_what, body, headers, status, code) => {
    expect(await refusalOf(await verify(body, headers))).toMatchObject({ status, code });
    const own = await system.post('/v1/verify', body, headers);
    expect(own.status).toBe(status);
    expect(await own.json()).toMatchObject({ error: { code, advice: 'stop' } });
  });

  it('refuses another method', async () => {
    const response = await system.get('/fhir/$verify');
    expect(response.headers.get('allow')).toContain('POST');
    expect(await refusalOf(response)).toMatchObject({ status: 405, code: 'HTTP.METHOD_NOT_ALLOWED' });
  });
});

describe('the definition of $verify', () => {
  it('is listed by the CapabilityStatement, and is where that says', async () => {
    const statement = await system.json<CapabilityStatement>('/fhir/metadata');
    expect(statement).toMatchObject({ resourceType: 'CapabilityStatement', fhirVersion: '4.0.1' });
    const operation = statement.rest?.[0]?.operation?.find(({ name }) => name === 'verify');
    const response = await fetch(operation!.definition);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      resourceType: 'OperationDefinition',
      url: operation!.definition,
      code: 'verify',
      system: true,
    });
  });

  it.each([
    ['exact', patient('p1', 1, { gender: 'female' })],
    ['partial', patient('p1', 1, { gender: 'male' })],
    ['none', patient('unknown', 1)],
  ])('describes every parameter of an answer: %s', async (match, resource) => {
    const definition = await system.json<OperationDefinition>('/fhir/OperationDefinition/attestry-verify');
    const answer = await answerTo(resource);
    expect(answer[0]).toEqual({ name: 'match', valueCode: match });
    expectDescribed(
      answer,
      definition.parameter!.filter(({ use }) => use === 'out'),
    );
  });
});

/** Names, types and cardinalities: https://hl7.org/fhir/R4/operationdefinition.html */
function expectDescribed(
  parameters: readonly ParametersParameter[],
  definitions: readonly OperationDefinitionParameter[],
): void {
  expect(definitions.map(({ name }) => name)).toEqual(
    expect.arrayContaining([...new Set(parameters.map(({ name }) => name))]),
  );
  for (const { name, min, max, type, part } of definitions) {
    const given = parameters.filter((parameter) => parameter.name === name);
    expect(given.length).toBeGreaterThanOrEqual(min);
    expect(given.length).toBeLessThanOrEqual(max === '*' ? Infinity : Number(max));
    for (const parameter of given) {
      if (part) expectDescribed(parameter.part!, part);
      else
        expect(Object.keys(parameter)).toEqual(['name', `value${type![0]!.toUpperCase()}${type!.slice(1)}`]);
    }
  }
}
