import { startSandbox, type Sandbox, type SandboxOptions } from '../index.js';
import { ask, patient, subscription } from '../testing/fhir-client.js';
import { eventually, startReceiver, type WebhookReceiver } from '../testing/webhook-receiver.js';

const running: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.close();
});

async function start(
  faults: SandboxOptions['faults'] = {},
  answer?: Parameters<typeof startReceiver>[0],
  more: SandboxOptions = {},
): Promise<{ sandbox: Sandbox; receiver: WebhookReceiver }> {
  const receiver = await startReceiver(answer);
  const sandbox = await startSandbox({ faults, delivery: { backoffMs: 20 }, ...more });
  running.push(receiver, sandbox);
  await ask(sandbox, 'POST', 'Subscription', subscription(receiver.endpoint, 'Patient'));
  return { sandbox, receiver };
}

async function write(sandbox: Sandbox, count: number): Promise<void> {
  for (let version = 1; version <= count; version++)
    await ask(sandbox, 'PUT', `Patient/p${version % 5}`, patient(`p${version % 5}`));
  await eventually(() => sandbox.deliveries().queued === 0, 'an empty queue');
}

const heard = ({ received }: WebhookReceiver): string[] =>
  received.map(({ body }) => {
    const { id, meta } = JSON.parse(body.toString()) as { id: string; meta: { versionId: string } };
    return `${id}/${meta.versionId}`;
  });

describe('faults of notifications', () => {
  it('drop some, the same ones for the same seed', async () => {
    const runs = await Promise.all(
      [7, 7, 8].map(async (seed) => {
        const { sandbox, receiver } = await start({ seed, drop: 0.5 });
        await write(sandbox, 40);
        expect(sandbox.faults.report().happened.drop).toBe(40 - receiver.received.length);
        return heard(receiver).sort();
      }),
    );
    expect(runs[0]).toEqual(runs[1]);
    expect(runs[0]).not.toEqual(runs[2]);
    expect(runs[0]!.length).toBeGreaterThan(5);
    expect(runs[0]!.length).toBeLessThan(35);
  });

  it('repeat, reorder and delay them, and lose none', async () => {
    const { sandbox, receiver } = await start({ repeat: 0.5, reorder: 0.5, delayMs: 10 });
    await write(sandbox, 40);
    const { happened } = sandbox.faults.report();
    expect(happened).toMatchObject({ drop: 0, hideDeletes: 0 });
    expect(receiver.received).toHaveLength(40 + happened.repeat);
    expect(happened.delayMs).toBe(40 + happened.repeat);
    expect([happened.repeat, happened.reorder].every((times) => times > 5)).toBe(true);
    expect(new Set(heard(receiver)).size).toBe(40);
    const ofOne = heard(receiver).filter((version) => version.startsWith('p1/'));
    expect(ofOne).not.toEqual([...ofOne].sort());
  });

  it('lose a version that is no longer current when it is tried again', async () => {
    const { sandbox, receiver } = await start({ loseIntermediate: 1 }, (before) => (before < 1 ? 503 : 200), {
      delivery: { backoffMs: 300 },
    });
    await ask(sandbox, 'PUT', 'Patient/p', patient('p'));
    await eventually(() => sandbox.deliveries().attempts === 1, 'the first try');
    await ask(sandbox, 'PUT', 'Patient/p', patient('p', { active: true }));
    await receiver.waitFor(1);
    await eventually(() => sandbox.deliveries().queued === 0, 'an empty queue');
    expect(heard(receiver)).toEqual(['p/2']);
    expect(sandbox.deliveries()).toMatchObject({ dropped: 1, delivered: 1 });
    expect(sandbox.faults.report().happened.loseIntermediate).toBe(1);
  });

  it('say nothing of a deletion', async () => {
    const { sandbox, receiver } = await start({ hideDeletes: 1 });
    await ask(sandbox, 'PUT', 'Patient/p', patient('p'));
    await ask(sandbox, 'DELETE', 'Patient/p');
    await ask(sandbox, 'PUT', 'Patient/p', patient('p'));
    await receiver.waitFor(2);
    expect(heard(receiver)).toEqual(['p/1', 'p/3']);
    expect(sandbox.faults.report().happened.hideDeletes).toBe(1);
  });
});

describe('faults of answers', () => {
  it('are 429 with Retry-After, and 500', async () => {
    const { sandbox } = await start({ answer429: 1, retryAfterS: 3 });
    expect((await ask(sandbox, 'PUT', 'Patient/p', patient('p'))).status).toBe(201);
    for (const path of ['Patient/p', 'Patient', 'Patient/p/_history', 'Patient/p/_history/1']) {
      const answer = await ask(sandbox, 'GET', path);
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '3']);
      expect(answer.json['resourceType']).toBe('OperationOutcome');
    }
    sandbox.faults.set({ answer500: 1 });
    expect((await ask(sandbox, 'GET', 'Patient/p')).status).toBe(500);
    expect(sandbox.faults.report().happened).toMatchObject({ answer429: 4, answer500: 1 });
  });

  it('are connections that end in the middle', async () => {
    const { sandbox } = await start();
    await ask(sandbox, 'PUT', 'Patient/p', patient('p'));
    sandbox.faults.set({ cutConnections: 1 });
    const response = await fetch(`${sandbox.base}/Patient/p`);
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
    sandbox.faults.set({});
    expect((await ask(sandbox, 'GET', 'Patient/p')).status).toBe(200);
    expect(sandbox.faults.report().happened.cutConnections).toBe(1);
  });

  it('are other content for the same version, by name or now and then', async () => {
    const { sandbox } = await start({ forge: ['Patient/x'] });
    await ask(sandbox, 'PUT', 'Patient/x', patient('x', { active: true }));
    await ask(sandbox, 'PUT', 'Patient/y', patient('y', { active: true }));
    const forged = { id: 'x', active: true, language: 'x-forged', meta: { versionId: '1' } };
    for (const path of ['Patient/x', 'Patient/x/_history/1'])
      expect((await ask(sandbox, 'GET', path)).json).toMatchObject(forged);
    expect((await ask(sandbox, 'GET', 'Patient/x/_history')).json).toMatchObject({
      entry: [{ resource: forged }],
    });
    expect((await ask(sandbox, 'GET', 'Patient/y')).json).not.toHaveProperty('language');
    sandbox.faults.set({ forgeContent: 0.5 });
    for (let read = 0; read < 30; read++) await ask(sandbox, 'GET', 'Patient/y');
    const { forgeContent } = sandbox.faults.report().happened;
    expect(forgeContent).toBeGreaterThan(8);
    expect(forgeContent).toBeLessThan(28);
  });

  it('are histories that lack what is young', async () => {
    const { sandbox } = await start({ historyLagMs: 60_000 });
    await ask(sandbox, 'PUT', 'Patient/p', patient('p'));
    expect((await ask(sandbox, 'GET', '_history')).json).toMatchObject({ total: 0 });
    expect((await ask(sandbox, 'GET', 'Patient/_history')).json).toMatchObject({ total: 0 });
    expect((await ask(sandbox, 'GET', 'Patient/p/_history')).json).toMatchObject({ total: 1 });
    sandbox.faults.set({});
    expect((await ask(sandbox, 'GET', 'Patient/_history')).json).toMatchObject({ total: 1 });
    expect(sandbox.faults.report().happened.historyLagMs).toBe(2);
  });
});

describe('/sandbox/faults', () => {
  it('is read and replaced while the sandbox runs', async () => {
    const { sandbox } = await start({ drop: 1 });
    const url = new URL('/sandbox/faults', sandbox.base).href;
    expect((await ask(sandbox, 'GET', url)).json).toMatchObject({ settings: { drop: 1, seed: 1 } });
    const answer = await ask(sandbox, 'PUT', url, { answer500: 1, seed: 9 });
    expect(answer).toMatchObject({ status: 200, json: { settings: { drop: 0, answer500: 1, seed: 9 } } });
    expect((await ask(sandbox, 'GET', 'Patient')).status).toBe(500);
    expect((await ask(sandbox, 'PUT', url, {})).json).toMatchObject({ happened: { answer500: 1 } });
    expect((await ask(sandbox, 'GET', 'Patient')).status).toBe(200);
  });

  it.each([
    ['an unknown member', { lose: 1 }, 'lose'],
    ['a probability that is none', { drop: 2 }, 'drop'],
    ['a switch', { drop: true }, 'drop'],
    ['a reference that is none', { forge: ['Patient'] }, 'forge'],
    ['a list', [], 'faults'],
  ])('refuses %s with a text, and changes nothing', async (_what, body, named) => {
    const { sandbox } = await start({ repeat: 0.25 });
    const answer = await ask(sandbox, 'PUT', new URL('/sandbox/faults', sandbox.base).href, body);
    expect(answer.status).toBe(400);
    expect(JSON.stringify(answer.json['issue'])).toContain(named);
    expect(sandbox.faults.report().settings.repeat).toBe(0.25);
    await expect(startSandbox({ faults: body as object })).rejects.toThrow(TypeError);
  });
});
