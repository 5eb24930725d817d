import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import type { SourceDeclaration } from '#ports';
import { eventually } from '../support/eventually.js';
import { recordedRequest, sendRaw, type RawAnswer } from '../support/raw-request.js';
import { TestClinic } from '../support/test-clinic.js';
import { patient } from '../support/test-source.js';
import { TestSystem } from '../support/test-system.js';

interface Version {
  readonly version: string;
  readonly interaction: string;
  readonly obtained: string;
}

const HAPI: Partial<SourceDeclaration> = {
  name: 'hapi',
  authentication: {
    kind: 'header',
    header: 'X-Hapi-Secret',
    secret: 'the secret of the HAPI server only',
  },
};
const MEDPLUM: Partial<SourceDeclaration> = {
  name: 'medplum',
  authentication: { kind: 'hmac', secret: 'the secret of the Medplum server' },
};
const DOCUMENT = 'DocumentReference/3f7e1c52-6b1e-4e0f-9d0c-51f0f1f0a001';

let system: TestSystem;
let hapi: TestClinic;
let medplum: TestClinic;
beforeAll(async () => {
  system = await TestSystem.start();
  hapi = await TestClinic.start(HAPI);
  medplum = await TestClinic.start(MEDPLUM);
  await system.declare(hapi.source);
  await system.declare(medplum.source);
});
afterAll(async () => {
  await system.stop();
  await hapi.stop();
  await medplum.stop();
});

/** Replays a recorded request at the door. */
const replay = (path: string): Promise<RawAnswer> => sendRaw(system.api, recordedRequest(path));

async function versionsOf(source: string, reference: string): Promise<readonly Version[]> {
  await system.settled();
  const response = await system.get(`/v1/records/${source}/${reference}`);
  return response.ok ? ((await response.json()) as { versions: Version[] }).versions : [];
}

const summary = (versions: readonly Version[]): string[] =>
  versions.map(({ version, interaction, obtained }) => `${version} ${interaction} ${obtained}`);

async function incidents(): Promise<number> {
  const { rows } = await sql<{ count: number }>`select count(*) as count from incident`.execute(
    system.database.db,
  );
  return Number(rows[0]?.count);
}

describe('requirement 1, every shape is taken: what HAPI sends', () => {
  it('a PUT of the resource, unsigned: the source is asked, and HAPI gets an answer that it parses', async () => {
    await hapi.put(patient('p1', 1, { multipleBirthInteger: 2 }));
    const answer = await replay('hapi/put.http');
    expect([answer.status, answer.type]).toEqual([200, 'application/fhir+json; charset=utf-8']);
    expect(JSON.parse(answer.body)).toMatchObject({ resourceType: 'OperationOutcome' });
    expect(summary(await versionsOf('hapi', 'Patient/p1'))).toEqual(['1 update read']);
    // What was read is what is hashed: the body that was sent says less.
    const verdict = await system.post('/v1/verify', await hapi.read('Patient/p1'));
    expect(await verdict.json()).toMatchObject({ match: 'exact', standing: 'current' });
  });

  it('requirement 3, a notification is a hint: DELETE is a tombstone once the source itself says so', async () => {
    expect((await replay('hapi/delete.http')).status).toBe(200);
    expect(summary(await versionsOf('hapi', 'Patient/p1'))).toEqual(['1 update read']);
    await hapi.delete('Patient/p1');
    expect(JSON.parse((await replay('hapi/delete.http')).body)).toMatchObject({
      resourceType: 'OperationOutcome',
    });
    expect(summary(await versionsOf('hapi', 'Patient/p1'))).toEqual(['2 delete read', '1 update read']);
  });

  it('an empty form: the source is to be asked what changed', async () => {
    await hapi.put(patient('rung', 1));
    const answer = await replay('hapi/post-empty.http');
    expect([answer.status, answer.body]).toEqual([200, '']);
    await system.settled();
    await eventually('that the source is asked, or to be asked', async () => {
      const { rows } = await sql<{ asked: number }>`
        select count(*) as asked from catch_up where type = ''`.execute(system.database.db);
      return Number(rows[0]?.asked) > 0 || (await versionsOf('hapi', 'Patient/rung')).length > 0;
    });
  });

  it('requirement 4, the answer is one that its sender parses: to a transaction of what its payload search finds too', async () => {
    await hapi.put(patient('p2', 1));
    await hapi.put(patient('p3', 1));
    const answer = await replay('hapi/post-transaction.http');
    expect([answer.status, answer.type]).toEqual([200, 'application/fhir+json; charset=utf-8']);
    expect(JSON.parse(answer.body)).toEqual({
      resourceType: 'Bundle',
      type: 'transaction-response',
      entry: [{ response: { status: '200' } }, { response: { status: '200' } }],
    });
    expect(summary(await versionsOf('hapi', 'Patient/p2'))).toEqual(['1 update read']);
    expect(summary(await versionsOf('hapi', 'Patient/p3'))).toEqual(['1 update read']);
  });

  it.each([
    ['topic-full-resource', 'p4', ['1 create read']],
    ['topic-id-only', 'p5', ['1 create read']],
  ])('%s: the resource is read', async (name, id, versions) => {
    await hapi.put(patient(id, 1));
    const answer = await replay(`hapi/${name}.http`);
    expect(JSON.parse(answer.body)).toMatchObject({ type: 'transaction-response' });
    expect(summary(await versionsOf('hapi', `Patient/${id}`))).toEqual(versions);
  });

  it('a handshake: answered, and nothing else', async () => {
    const before = (await system.checkpoint())?.size;
    expect((await replay('hapi/topic-handshake.http')).status).toBe(200);
    await system.settled();
    expect((await system.checkpoint())?.size).toBe(before);
  });

  it('requirement 7, event numbers are counted: those that never came are known to be missing', async () => {
    const gaps = async (): Promise<readonly string[]> => {
      const { rows } = await sql<{ gap: string }>`
        select remote_id || ' ' || from_number || '-' || to_number as gap from event_gap order by id`.execute(
        system.database.db,
      );
      return rows.map(({ gap }) => gap);
    };
    // Events 1 and 2 came above.
    expect(await gaps()).toEqual([]);
    const text = recordedRequest('hapi/topic-id-only.http').toString();
    const later = text.replace('"event-number","valueString":"2"', '"event-number","valueString":"5"');
    expect((await sendRaw(system.api, Buffer.from(later))).status).toBe(200);
    await system.settled();
    expect(await gaps()).toEqual(['7 3-4']);
  });
});

describe('requirement 1, every shape is taken: what Medplum sends', () => {
  it('a signed resource: hashed as it came, to the letter, without what presigning adds', async () => {
    const answer = await replay('medplum/create.http');
    expect([answer.status, answer.body]).toEqual([200, '']);
    expect(summary(await versionsOf('medplum', DOCUMENT))).toEqual([
      '9a3c4d10-7f1b-4e37-a9f2-0d2b8a1c5e01 create notified',
    ]);
    const { rows } = await sql<{ exact: string }>`
      select encode(exact, 'hex') as exact from record where type = 'DocumentReference'`.execute(
      system.database.db,
    );
    expect(rows[0]?.exact).toBe(independentDigest('medplum/create.http'));
  });

  it('requirement 5, each version once: the same again, presigned anew, is neither another version nor a contradiction', async () => {
    await replay('medplum/create-again.http');
    await replay('medplum/create.http');
    expect(await versionsOf('medplum', DOCUMENT)).toHaveLength(1);
    expect(await incidents()).toBe(0);
  });

  it('a deletion, whose signature is worth nothing: asked for at the source', async () => {
    await medplum.put(patient('p1', 1));
    await replay('medplum/delete.http');
    expect(summary(await versionsOf('medplum', 'Patient/p1'))).toEqual(['1 update read']);
    await medplum.delete('Patient/p1');
    await replay('medplum/delete.http');
    expect(summary(await versionsOf('medplum', 'Patient/p1'))[0]).toBe('2 delete read');
  });
});

/** The exact view's digest by other means than ours: text edited by hand, JSON sorted by JavaScript itself. */
function independentDigest(path: string): string {
  const body = recordedRequest(path).toString().split('\r\n\r\n')[1]!;
  const text = body
    .replace('"versionId":"9a3c4d10-7f1b-4e37-a9f2-0d2b8a1c5e01",', '')
    .replace('"lastUpdated":"2026-01-02T03:04:05.678Z",', '')
    .replace(/\?Expires=\d+&Key-Pair-Id=K1&Signature=[a-z~]+/, '')
    // A string keeps its digits through any parser.
    .replace('"valueDecimal":1.50', '"valueDecimal":"<1.50>"');
  const sorted = JSON.stringify(inOrder(JSON.parse(text))).replace('"<1.50>"', '1.50');
  return createHash('sha256').update(sorted).digest('hex');
}

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members.map(([name, member]) => [name, inOrder(member)]));
}
