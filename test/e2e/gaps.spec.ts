import { sql } from 'kysely';
import { PostgresSubscriptionStore } from '#adapters/store-postgres';
import { countEvents, type SubscriptionNotice } from '#ports';
import type { SandboxOptions } from '../../apps/sandbox/index.js';
import { startReceiver } from '../../apps/sandbox/testing/webhook-receiver.js';
import { eventually } from '../support/eventually.js';
import { TestClinic } from '../support/test-clinic.js';
import { patient } from '../support/test-source.js';
import { TestSystem } from '../support/test-system.js';

const BACKPORT = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition';
const RARELY = 3_600_000;

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** A source that is looked at only when something is known to be missing. */
async function start(options: SandboxOptions = {}): Promise<{ system: TestSystem; clinic: TestClinic }> {
  const system = await TestSystem.start();
  stops.push(() => system.stop());
  const settings = {
    channel: 'none',
    privateHosts: ['127.0.0.1'],
    reconcileEveryMs: RARELY,
    reconcileOverlapMs: 5_000,
  } as const;
  const clinic = await TestClinic.start({ settings }, options);
  stops.push(() => clinic.stop());
  await system.declare(clinic.source);
  return { system, clinic };
}

/** What a notification says of its Subscription, counted in. */
async function notice({ database }: TestSystem, said: Partial<SubscriptionNotice>): Promise<void> {
  const { rows } = await sql<{ id: number }>`select id from source where name = 'clinic'`.execute(
    database.db,
  );
  await new PostgresSubscriptionStore(database.db).note(
    rows[0]!.id,
    {
      kind: 'heartbeat',
      subscription: undefined,
      status: 'active',
      events: [],
      eventsSinceStart: undefined,
      ...said,
    },
    countEvents('monotonic'),
  );
}

/** A Subscription (R4 Backport) whose events the sandbox counts and keeps, and that delivers to nobody we know. */
async function subscribe({ sandbox }: TestClinic): Promise<string> {
  const receiver = await startReceiver();
  stops.push(() => receiver.close());
  const payload = { url: `${BACKPORT}/backport-payload-content`, valueCode: 'id-only' };
  const channel = {
    type: 'rest-hook',
    endpoint: receiver.endpoint,
    payload: 'application/fhir+json',
    _payload: { extension: [payload] },
  };
  const criteria = 'http://example.org/topics/everything';
  const body = { resourceType: 'Subscription', status: 'requested', reason: 'test', criteria, channel };
  const headers = { 'content-type': 'application/fhir+json' };
  const url = `${sandbox.base}/Subscription`;
  const created = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  const { id } = (await created.json()) as { id: string };
  await eventually('a Subscription that is active', async () => {
    const { status } = (await (await fetch(`${url}/${id}`)).json()) as { status: string };
    return status === 'active';
  });
  return id;
}

/** How each gap was healed; open ones are null. */
async function gaps({ database }: TestSystem): Promise<(string | null)[]> {
  const { rows } = await sql<{ healed: string | null }>`select healed from event_gap order by id`.execute(
    database.db,
  );
  return rows.map(({ healed }) => healed);
}

const noneOpen = (system: TestSystem): Promise<unknown> =>
  eventually('no open gap', async () => (await gaps(system)).every((healed) => healed !== null));

async function versionsOf(system: TestSystem, reference: string): Promise<number> {
  const response = await system.get(`/v1/records/clinic/${reference}`);
  return response.ok ? ((await response.json()) as { versions: object[] }).versions.length : 0;
}

describe('requirement 8: a gap in the events is healed', () => {
  it('by $events, where the source has it', async () => {
    const { system, clinic } = await start();
    const subscription = await subscribe(clinic);
    for (const version of [1, 2]) await clinic.put(patient('p1', version, { active: version === 2 }));
    await clinic.put(patient('p2', 1));
    await notice(system, { subscription, eventsSinceStart: 3 });
    await noneOpen(system);
    // The answer is itself counted, so that it may come first.
    for (const healed of await gaps(system)) expect(['events', 'arrived']).toContain(healed);
    await eventually('what was missed', async () => (await versionsOf(system, 'Patient/p2')) === 1);
    await eventually('each version', async () => (await versionsOf(system, 'Patient/p1')) === 2);
  });

  it.each([
    ['history', true],
    ['search', false],
  ] as const)('by %s, where it does not know the Subscription', async (how, systemHistory) => {
    const { system, clinic } = await start({ systemHistory });
    for (const version of [1, 2]) await clinic.put(patient('p1', version, { active: version === 2 }));
    await notice(system, { subscription: 'unknown', eventsSinceStart: 2 });
    await noneOpen(system);
    expect(await gaps(system)).toEqual([how]);
    await eventually('each version', async () => (await versionsOf(system, 'Patient/p1')) === 2);
  });

  it('once the source is back, and stays open until then', async () => {
    const { system, clinic } = await start();
    await clinic.put(patient('p1', 1));
    clinic.sandbox.faults.set({ answer500: 1 });
    await notice(system, { subscription: 'unknown', eventsSinceStart: 1 });
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    expect(await gaps(system)).toEqual([null]);
    clinic.sandbox.faults.set({});
    await noneOpen(system);
    await eventually('what was missed', async () => (await versionsOf(system, 'Patient/p1')) === 1);
  });

  it('by itself, where the event was only late', async () => {
    const { system } = await start();
    await notice(system, { subscription: 's', events: [2], kind: 'event-notification' });
    await notice(system, { subscription: 's', events: [1], kind: 'event-notification' });
    expect(await gaps(system)).toEqual(['arrived']);
  });
});
