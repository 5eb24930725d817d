import { sql } from 'kysely';
import { CapturedLog } from '../support/captured-log.js';
import { eventually } from '../support/eventually.js';
import { tablesWith } from '../support/search-database.js';
import { TestClinic } from '../support/test-clinic.js';
import { TestSystem } from '../support/test-system.js';

/** What may be seen of a patient nowhere but in the tables of {@link NAMING}, and there by id only. */
const ID = 'id-of-marie';
const CONTENT = ['Skłodowska', '1867-11-07', 'polonium-allergy', '+33-1-23-45'];
const WORDS = [ID, ...CONTENT];
/** The tables that know resources by their ids: what is on record, what is asked for again, what is checked. */
const NAMING = ['public.catch_up', 'public.estate_walk', 'public.record', 'public.resource_check'];

const marie = (more: object = {}) => ({
  resourceType: 'Patient',
  id: ID,
  name: [{ family: CONTENT[0] }],
  birthDate: CONTENT[1],
  extension: [{ url: 'http://example.org/note', valueString: CONTENT[2] }],
  telecom: [{ system: 'phone', value: CONTENT[3] }],
  ...more,
});

const log = new CapturedLog();
let clinic: TestClinic;
let system: TestSystem;
const answers: string[] = [];

beforeAll(async () => {
  clinic = await TestClinic.start();
  system = await TestSystem.start({ settings: { ATTESTRY_LOGGING_LEVEL: 'trace' }, logTo: log });
  await clinic.join(system);
});
afterAll(async () => {
  await system.stop();
  await clinic.stop();
});

/** Every way in which a patient's data can go through, or be refused. */
async function live(): Promise<void> {
  await clinic.put(marie());
  await clinic.put(marie({ gender: 'female' }));
  await clinic.delete(`Patient/${ID}`);
  await clinic.arrived(system);
  const note = async (response: Promise<Response>): Promise<void> => {
    const answer = await response;
    if (!answer.ok) answers.push(`${JSON.stringify([...answer.headers])} ${await answer.text()}`);
  };
  const text = JSON.stringify(marie());
  for (const body of [
    `${text}}`,
    text.replace('"id"', '"name":1,"id"'),
    text.replace('Patient', ''),
    `[${text}]`,
  ]) {
    await note(system.notify(body, {}, clinic.source));
    await note(system.post('/v1/verify', body));
    await note(system.post('/fhir/$verify', body));
  }
  await note(system.notify(text, { 'x-signature': 'forged' }, clinic.source));
  await note(system.notify(text, { 'content-type': 'application/fhir+xml' }, clinic.source));
  for (const deleted of [`Patient/${ID}/x`, `Patient/${ID}-never`])
    await note(system.notify('{}', { 'x-medplum-deleted-resource': deleted }, clinic.source));
  // A source of which the answers cannot be used, and a conflict.
  await note(system.notify(text, {}, clinic.source));
  await note(system.notify(marie({ meta: { versionId: '1' }, gender: 'other' }), {}, clinic.source));
  await note(system.get(`/v1/records/clinic/Patient/${ID}-unknown`));
  await note(system.get(`/v1/records/${ID}/Patient/${ID}`));
  await note(system.get(`/${ID}?name=${CONTENT[0]}`));
  await note(system.get(`/log/tile/${ID}`));
  await note(system.get(`/v1/evidence/${ID}`));
  await system.settled();
}

it('requirement 15, no health data in logs: nothing of a patient is in logs, error answers, metrics or jobs', async () => {
  // Jobs are forgotten when they are done: this table remembers each.
  await sql`create table public.kept_job as select * from bullmq.job limit 0`.execute(system.database.db);
  await sql`create function public.keep_job() returns trigger language plpgsql as
    'begin insert into public.kept_job select new.*; return new; end'`.execute(system.database.db);
  await sql`create trigger keep_job after insert or update on bullmq.job
    for each row execute function public.keep_job()`.execute(system.database.db);
  await live();

  expect(log.lines.filter(({ level }) => level === 'debug').length).toBeGreaterThan(10);
  expect(answers.length).toBeGreaterThan(15);
  const metrics = await Promise.all(
    [system.api, system.worker].map(async (url) => (await fetch(`${url}/metrics`)).text()),
  );
  const health = await (await system.get('/health/ready')).text();
  for (const word of WORDS) {
    expect(log.text).not.toContain(word);
    expect(answers.join('\n')).not.toContain(word);
    expect(metrics.join('\n')).not.toContain(word);
    expect(health).not.toContain(word);
  }
  const { rows } = await sql<{ jobs: number }>`select count(*) as jobs from kept_job`.execute(
    system.database.db,
  );
  expect(rows[0]!.jobs).toBeGreaterThan(3);
});

it('in the database a patient is an id where resources are named, and nowhere else', async () => {
  // Dead letters keep what they were, sealed.
  const { rows } = await sql<{ dead: number }>`select count(*) as dead from inbox`.execute(
    system.database.db,
  );
  expect(rows[0]!.dead).toBeGreaterThan(0);
  expect(await tablesWith(system.database.db, ID)).toEqual(expect.arrayContaining(['public.record']));
  expect(NAMING).toEqual(expect.arrayContaining(await tablesWith(system.database.db, ID)));
  for (const word of CONTENT) expect(await tablesWith(system.database.db, word)).toEqual([]);
});

it('a failure of the database is logged by its code, without what was asked of it', async () => {
  await sql`alter table record rename to record_away`.execute(system.database.db);
  const response = await system.post('/v1/verify', JSON.stringify(marie()));
  const records = await system.get(`/v1/records/clinic/Patient/${ID}`);
  await clinic.put(marie());
  await eventually('a failed job in the log', () =>
    log.lines.some(({ context, msg }) => context === 'queue' && msg === 'STORE.FAILED'),
  );
  await sql`alter table record_away rename to record`.execute(system.database.db);
  for (const answer of [response, records]) {
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toMatch(/record_away|relation|select/i);
  }
  await clinic.arrived(system);
  expect(log.lines.some(({ code }) => code === 'STORE.FAILED')).toBe(true);
  for (const word of WORDS) expect(log.text).not.toContain(word);
});
