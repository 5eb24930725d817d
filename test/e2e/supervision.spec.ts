import type { Bundle, Subscription } from '@medplum/fhirtypes';
import type { SourceDeclaration } from '#ports';
import { eventually } from '../support/eventually.js';
import { TestClinic } from '../support/test-clinic.js';
import { patient } from '../support/test-source.js';
import { TestSystem } from '../support/test-system.js';

const QUICK: SourceDeclaration['settings'] = {
  privateHosts: ['127.0.0.1'],
  superviseEveryMs: 300,
  reconcileOverlapMs: 5_000,
};

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** A system, and a clinic that delivers to it. */
async function start(): Promise<{ system: TestSystem; clinic: TestClinic }> {
  const system = await TestSystem.start();
  stops.push(() => system.stop());
  const clinic = await TestClinic.start({ settings: QUICK });
  stops.push(() => clinic.stop());
  await clinic.join(system);
  return { system, clinic };
}

interface Shown {
  readonly subscriptions: readonly { readonly id: string; readonly status: string }[];
  readonly changes: readonly { readonly from: string | null; readonly to: string; readonly reason: string }[];
}

const shown = (system: TestSystem): Promise<Shown> => system.json<Shown>('/v1/sources/clinic/subscriptions');
const reasons = async (system: TestSystem): Promise<string[]> =>
  (await shown(system)).changes.map(({ reason }) => reason).reverse();

async function held({ sandbox }: TestClinic): Promise<readonly Subscription[]> {
  const bundle = (await (await fetch(`${sandbox.base}/Subscription`)).json()) as Bundle<Subscription>;
  return (bundle.entry ?? []).map(({ resource }) => resource!);
}

async function isRecorded(system: TestSystem, reference: string): Promise<boolean> {
  return (await system.get(`/v1/records/clinic/${reference}`)).ok;
}

describe('requirement 10: Subscriptions are supervised', () => {
  it('each change of state is on record with its reason', async () => {
    const { system } = await start();
    const { subscriptions, changes } = await shown(system);
    expect(subscriptions).toMatchObject([{ status: 'active', lastEvent: null, epoch: 0 }]);
    expect(changes).toMatchObject([{ from: null, to: 'active', reason: 'created' }]);
    expect((await system.get('/v1/sources/nowhere/subscriptions')).status).toBe(404);
  });

  it('one that is switched off is activated again, and what happened meanwhile is looked for', async () => {
    const { system, clinic } = await start();
    const [subscription] = await held(clinic);
    await clinic.put({ ...subscription, status: 'off' });
    await clinic.put(patient('p1', 1));
    await eventually('an active Subscription', async () => (await held(clinic))[0]?.status === 'active');
    await eventually('what was missed', () => isRecorded(system, 'Patient/p1'));
    expect((await reasons(system)).slice(0, 3)).toEqual(['created', 'switched-off', 'activated']);
    await clinic.put(patient('p2', 1));
    await eventually('what is delivered', () => isRecorded(system, 'Patient/p2'));
    expect(await held(clinic)).toHaveLength(1);
  });

  it('one that is deleted is created again', async () => {
    const { system, clinic } = await start();
    const [subscription] = await held(clinic);
    await clinic.delete(`Subscription/${subscription!.id}`);
    await eventually('a new Subscription', async () => (await reasons(system)).includes('replaced'));
    expect(await reasons(system)).toEqual(['created', 'gone', 'created', 'replaced']);
    expect((await shown(system)).subscriptions).toMatchObject([{ status: 'active' }]);
    await clinic.put(patient('p1', 1));
    await eventually('what is delivered', () => isRecorded(system, 'Patient/p1'));
  });

  it('one that is to end is renewed before', async () => {
    const { system, clinic } = await start();
    const [subscription] = await held(clinic);
    const end = new Date(Date.now() + 600).toISOString();
    await clinic.put({ ...subscription, status: 'active', end });
    await eventually('renewal', async () => (await held(clinic))[0]?.end !== end);
    await eventually('its reason', async () => (await reasons(system)).includes('renewed'));
    expect((await held(clinic))[0]).toMatchObject({ status: 'active' });
  });

  it('while the source is away nothing is forgotten, and afterwards it is looked at again', async () => {
    const { system, clinic } = await start();
    const [subscription] = await held(clinic);
    clinic.sandbox.faults.set({ answer500: 1 });
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect((await shown(system)).subscriptions).toMatchObject([{ status: 'active' }]);
    clinic.sandbox.faults.set({});
    await clinic.put({ ...subscription, status: 'error' });
    await eventually('an active Subscription', async () => (await held(clinic))[0]?.status === 'active');
  });
});
