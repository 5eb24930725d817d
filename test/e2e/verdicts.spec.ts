import { eventually } from '../support/eventually.js';
import { tablesWith } from '../support/search-database.js';
import { TestClinic } from '../support/test-clinic.js';
import { WARD } from '../support/test-source.js';
import { TestSystem } from '../support/test-system.js';

interface Verdict {
  readonly match: string;
  readonly standing: string;
  readonly assurance: { log: string; ledgers: object };
  readonly elements: { matching: string[]; differing: string[] };
  readonly record: { source: string; type: string; id: string; version: string } | null;
  readonly others: number;
  readonly index: number | null;
  readonly evidence: string | null;
}

const UNKNOWN = {
  match: 'none',
  standing: 'unknown',
  assurance: { log: 'unknown', ledgers: {} },
  elements: { matching: [], differing: [] },
  record: null,
  others: 0,
  index: null,
  evidence: null,
};

let clinic: TestClinic;
let system: TestSystem;

const patient = (id: string, family: string, more: object = {}) => ({
  resourceType: 'Patient',
  id,
  text: { status: 'generated', div: `<div xmlns="http://www.w3.org/1999/xhtml">${family}</div>` },
  name: [{ family }],
  birthDate: '1970-01-01',
  gender: 'female',
  ...more,
});
const observation = (id: string, reference: string) => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  code: { text: id },
  subject: { reference },
});
const medication = (id: string) => ({ resourceType: 'Medication', id, code: { text: 'Amoxicillin' } });

async function verdictOn(resource: object | string): Promise<Verdict> {
  const body = typeof resource === 'string' ? resource : JSON.stringify(resource);
  const response = await system.post('/v1/verify', body);
  expect(response.status).toBe(200);
  return (await response.json()) as Verdict;
}

beforeAll(async () => {
  clinic = await TestClinic.start({ criteria: ['Patient', 'Observation', 'Medication'] });
  system = await TestSystem.start();
  await clinic.join(system);
  await clinic.put(patient('changed', 'Curie'));
  await clinic.put(patient('changed', 'Curie', { gender: 'other', maritalStatus: { text: 'married' } }));
  await clinic.put(patient('gone', 'Noether'));
  await clinic.delete('Patient/gone');
  await clinic.put(observation('relative', 'Patient/changed'));
  await clinic.put(observation('absolute', `${clinic.source.base}/Patient/changed`));
  for (const id of ['m1', 'm2', 'm3']) await clinic.put(medication(id));
  await clinic.arrived(system);
});
afterAll(async () => {
  await system.stop();
  await clinic.stop();
});

describe('a verdict', () => {
  const copyOf = (resource: object) => ({
    ...resource,
    id: 'a-copy',
    meta: { versionId: '77', source: '#elsewhere', tag: [{ code: 'copied' }] },
    text: { status: 'empty', div: '<div xmlns="http://www.w3.org/1999/xhtml"/>' },
  });
  const old = patient('changed', 'Curie');
  const now = patient('changed', 'Curie', { gender: 'other', maritalStatus: { text: 'married' } });
  const gone = patient('gone', 'Noether');

  it.each([
    ['exact', 'current', now, '2'],
    ['exact', 'superseded', old, '1'],
    ['exact', 'deleted', gone, '1'],
    ['portable', 'current', copyOf(now), '2'],
    ['portable', 'superseded', copyOf(old), '1'],
    ['portable', 'deleted', copyOf(gone), '1'],
    ['partial', 'current', { ...now, birthDate: '1970-01-02' }, '2'],
    ['partial', 'superseded', { ...old, birthDate: '1970-01-02' }, '1'],
    ['partial', 'deleted', { ...gone, birthDate: '1970-01-02' }, '1'],
  ])('is %s and %s', async (match, standing, resource, version) => {
    const verdict = await verdictOn(resource);
    expect(verdict).toMatchObject({ match, standing, others: 0, assurance: { log: 'logged' } });
    expect(verdict.record).toMatchObject({ source: 'clinic', type: 'Patient', version });
    expect(verdict.evidence).toBe(`/v1/evidence/${verdict.index}`);
    expect((await system.get(verdict.evidence!)).status).toBe(200);
  });

  it('on what the server itself sends is exact, with every element matching', async () => {
    const verdict = await verdictOn(await clinic.read('Patient/changed'));
    expect(verdict).toMatchObject({ match: 'exact', standing: 'current' });
    expect(verdict.elements).toEqual({
      matching: ['birthDate', 'gender', 'id', 'maritalStatus', 'name', 'resourceType', 'text'],
      differing: [],
    });
  });

  it('names the elements that were changed, added or left out', async () => {
    const altered: Record<string, unknown> = { ...now, gender: 'male', deceasedBoolean: false };
    delete altered['maritalStatus'];
    const verdict = await verdictOn(altered);
    expect(verdict).toMatchObject({ match: 'partial', record: { version: '2' } });
    expect(verdict.elements).toEqual({
      matching: ['birthDate', 'id', 'name', 'resourceType', 'text'],
      differing: ['deceasedBoolean', 'gender', 'maritalStatus'],
    });
  });

  it('of a portable copy names what differs from the record', async () => {
    const { elements } = await verdictOn(copyOf(now));
    expect(elements.differing).toEqual(['id', 'meta', 'text']);
  });

  it.each([
    ['of nobody', patient('nobody', 'Nobody', { birthDate: '1999-09-09', gender: 'unknown' })],
    ['with nothing but its type and id in common', { resourceType: 'Patient', id: 'changed', active: true }],
    ['with the narrative in common as well', { resourceType: 'Patient', id: 'gone', text: gone.text }],
    ['of another type with the same id', { ...now, resourceType: 'Person' }],
    ['changed and without an id', { ...now, id: undefined, gender: 'male' }],
  ])('is none about a resource %s', async (_what, resource) => {
    expect(await verdictOn(resource)).toEqual(UNKNOWN);
  });

  it('sees references of a known base for what they are, in either direction', async () => {
    const absolute = observation('absolute', `${clinic.source.base}/Patient/changed`);
    const relative = observation('relative', 'Patient/changed');
    const portable = { match: 'portable', standing: 'current' };
    expect(await verdictOn({ ...absolute, id: 'x' })).toMatchObject({
      ...portable,
      record: { id: 'absolute' },
    });
    expect(await verdictOn({ ...absolute, subject: relative.subject })).toMatchObject(portable);
    expect(await verdictOn({ ...relative, subject: absolute.subject })).toMatchObject(portable);
    const foreign = { ...relative, subject: { reference: 'http://127.0.0.1:9/another/Patient/changed' } };
    expect(await verdictOn(foreign)).toMatchObject({
      match: 'partial',
      elements: { differing: ['subject'] },
    });
  });

  it('keeps the precision of decimals, which a copy need not keep', async () => {
    const precise = (value: string) =>
      `{"resourceType":"Observation","id":"precise","status":"final","valueQuantity":{"value":${value}}}`;
    await clinic.put(precise('1.00'));
    await clinic.arrived(system);
    expect(await verdictOn(precise('1.00'))).toMatchObject({ match: 'exact' });
    expect(await verdictOn(precise('1.0'))).toMatchObject({ match: 'portable' });
    expect(await verdictOn(precise('1.01'))).toMatchObject({ match: 'partial' });
  });
});

describe('where several records agree', () => {
  it('the one of the same type and id is meant, and the others are counted', async () => {
    for (const id of ['m1', 'm2', 'm3'])
      expect(await verdictOn({ ...medication(id), meta: { tag: [{ code: 'x' }] } })).toMatchObject({
        match: 'portable',
        others: 2,
        record: { id },
      });
    expect(await verdictOn({ ...medication('m2') })).toMatchObject({ match: 'exact', others: 0 });
    expect(await verdictOn(medication('of-somebody-else'))).toMatchObject({ match: 'portable', others: 2 });
  });

  it('a record known from two sources counts twice', async () => {
    const copied = patient('copied', 'Lovelace');
    await clinic.put(copied);
    await system.notify({ ...copied, meta: { versionId: '9', lastUpdated: '2020-01-01T00:00:00Z' } });
    await clinic.arrived(system);
    const verdict = await verdictOn(copied);
    expect(verdict).toMatchObject({ match: 'exact', others: 1, record: { source: 'clinic', version: '1' } });
  });
});

it('a record version that waits for its entry is pending, and has no evidence yet', async () => {
  await system.end('worker');
  await system.startWorker({ ATTESTRY_LOG_CHECKPOINTINTERVALMS: '600000' });
  const before = (await system.checkpoint())!.size;
  const waiting = patient('waiting', 'Hopper');
  await system.notify({ ...waiting, meta: { versionId: '1' } });
  const verdict = await eventually('a record version', async () => {
    const first = await verdictOn(waiting);
    return first.match === 'exact' && first;
  });
  expect(verdict).toMatchObject({ standing: 'current', index: null, evidence: null });
  expect(verdict.assurance).toEqual({ log: 'pending', ledgers: {} });
  expect(await system.checkpoint()).toMatchObject({ size: before });

  await system.end('worker');
  await system.startWorker();
  await system.settled();
  expect(await verdictOn(waiting)).toMatchObject({ index: before, assurance: { log: 'logged' } });
});

it('nothing of what is asked about is kept', async () => {
  const asked = patient('asked-about', 'Lamarr', { birthDate: '1914-11-09' });
  await verdictOn(asked);
  await verdictOn({ ...asked, id: 'changed', gender: 'other' });
  await system.post('/fhir/$verify', JSON.stringify(asked));
  for (const word of ['asked-about', 'Lamarr', '1914-11-09'])
    expect(await tablesWith(system.database.db, word)).toEqual([]);
  expect(await tablesWith(system.database.db, WARD.base)).toContain('public.source');
});
