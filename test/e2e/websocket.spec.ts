import type { SandboxOptions } from '../../apps/sandbox/index.js';
import { eventually } from '../support/eventually.js';
import { TestClinic } from '../support/test-clinic.js';
import { patient, WARD } from '../support/test-source.js';
import { TestSystem } from '../support/test-system.js';

let system: TestSystem;
beforeAll(async () => {
  system = await TestSystem.start();
});
afterAll(() => system.stop());

const clinics: TestClinic[] = [];
afterEach(async () => {
  for (const clinic of clinics.splice(0)) await clinic.stop();
});

/** A clinic whose changes come over a WebSocket, named anew for each test: its base is. */
async function listenTo(name: string, options: SandboxOptions = {}): Promise<TestClinic> {
  const settings = { ...WARD.settings, channel: 'websocket', numbering: 'constant' } as const;
  const clinic = await TestClinic.start(
    { name, criteria: ['Patient'], settings },
    { versionIds: 'uuids', ...options },
  );
  clinics.push(clinic);
  await clinic.join(system);
  return clinic;
}

const known = async (path: string): Promise<boolean> =>
  (await system.get(`/v1/records/${path}`)).status === 200;

/** Writes until it is heard: from then on the connection is bound. */
async function bound(clinic: TestClinic, name: string): Promise<void> {
  let round = 0;
  await eventually('a bound connection', async () => {
    await clinic.put(patient('first', ++round));
    return known(`${name}/Patient/first`);
  });
}

describe('requirement 1, every shape is taken: WebSocket', () => {
  it('brings its changes, and goes on after its binding would have run out', async () => {
    const clinic = await listenTo('socket-a', { bindingLifetimeMs: 800 });
    await bound(clinic, 'socket-a');
    await new Promise((resolve) => setTimeout(resolve, 1_600));
    await clinic.put(patient('late', 1));
    await eventually('the late one', () => known('socket-a/Patient/late'));
  });

  it('brings what happened while the connection was cut, which is never sent again', async () => {
    const clinic = await listenTo('socket-b');
    await bound(clinic, 'socket-b');
    clinic.sandbox.faults.set({ cutConnections: 1 });
    await clinic.put(patient('unheard', 1));
    await eventually('a cut', () => clinic.sandbox.faults.report().happened.cutConnections > 0);
    clinic.sandbox.faults.set({});
    await eventually('the unheard one', () => known('socket-b/Patient/unheard'));
    await clinic.put(patient('heard', 1));
    await eventually('the one after it', () => known('socket-b/Patient/heard'));
  });
});
