import { once } from 'node:events';
import { WebSocket } from 'ws';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../index.js';
import { ask, patient } from '../../testing/fhir-client.js';
import { eventually } from '../../testing/webhook-receiver.js';

const running: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.close();
});

interface Listener {
  readonly socket: WebSocket;
  readonly heard: Record<string, unknown>[];
  readonly subscription: string;
}

async function subscribe(sandbox: Sandbox): Promise<string> {
  const body = {
    resourceType: 'Subscription',
    status: 'requested',
    reason: 'test',
    criteria: 'Patient',
    channel: { type: 'websocket' },
  };
  return String((await ask(sandbox, 'POST', 'Subscription', body)).json['id']);
}

async function token(sandbox: Sandbox, subscription: string): Promise<Map<string, string>> {
  const { json } = await ask(sandbox, 'GET', `Subscription/${subscription}/$get-ws-binding-token`);
  const parameters = json['parameter'] as Record<string, string>[];
  return new Map(parameters.map(({ name = '', ...value }) => [name, Object.values(value)[0] ?? '']));
}

async function listen(options: SandboxOptions = {}): Promise<Listener & { sandbox: Sandbox }> {
  const sandbox = await startSandbox({ versionIds: 'uuids', ...options });
  running.push(sandbox);
  const subscription = await subscribe(sandbox);
  const binding = await token(sandbox, subscription);
  const socket = new WebSocket(binding.get('websocket-url')!);
  const heard: Record<string, unknown>[] = [];
  socket.on('message', (data: Buffer) => heard.push(JSON.parse(data.toString()) as (typeof heard)[number]));
  socket.on('error', () => undefined);
  await once(socket, 'open');
  bind(socket, binding.get('token')!);
  await eventually(() => heard.length === 1, 'an answer');
  return { sandbox, socket, heard, subscription };
}

function bind(socket: WebSocket, value: string): void {
  socket.send(JSON.stringify({ type: 'bind-with-token', payload: { token: value } }));
}

describe('a Subscription over WebSocket', () => {
  it("sends events in Medplum's shape once it is bound, and answers pings", async () => {
    const { sandbox, socket, heard, subscription } = await listen();
    const reference = `Subscription/${subscription}`;
    expect(heard[0]).toMatchObject({
      type: 'history',
      entry: [{ resource: { type: 'handshake', subscription: { reference } } }],
    });
    socket.send('{"type":"ping"}');
    socket.send('nonsense');
    await eventually(() => heard.length === 2, 'a pong');
    expect(heard[1]).toEqual({ type: 'pong' });
    await ask(sandbox, 'PUT', 'Patient/p', patient('p', { active: true }));
    await eventually(() => heard.length === 3, 'an event');
    expect(heard[2]).toMatchObject({
      resourceType: 'Bundle',
      type: 'history',
      entry: [
        {
          resource: {
            resourceType: 'SubscriptionStatus',
            type: 'event-notification',
            notificationEvent: [{ eventNumber: '0', focus: { reference: 'Patient/p' } }],
          },
        },
        { fullUrl: `${sandbox.base}/Patient/p`, resource: { id: 'p', active: true } },
      ],
    });
  });

  it('says nothing once its binding has run out, and goes on after another', async () => {
    const { sandbox, socket, heard, subscription } = await listen({ bindingLifetimeMs: 150 });
    await new Promise((resolve) => setTimeout(resolve, 200));
    await ask(sandbox, 'PUT', 'Patient/unheard', patient('unheard'));
    await eventually(() => sandbox.deliveries().delivered === 1, 'a delivery to nobody');
    bind(socket, (await token(sandbox, subscription)).get('token')!);
    await eventually(() => heard.length === 2, 'a handshake');
    await ask(sandbox, 'PUT', 'Patient/heard', patient('heard'));
    await eventually(() => heard.length === 3, 'an event');
    expect(JSON.stringify(heard)).not.toContain('unheard');
  });

  it('refuses tokens that are none, and is cut on demand', async () => {
    const { sandbox, socket, heard } = await listen();
    bind(socket, 'made-up');
    await eventually(() => heard.length === 2, 'a refusal');
    expect(heard[1]).toMatchObject({ resourceType: 'OperationOutcome' });
    sandbox.faults.set({ cutConnections: 1 });
    const closed = once(socket, 'close');
    await ask(sandbox, 'PUT', 'Patient/p', patient('p'));
    await closed;
    expect(sandbox.faults.report().happened.cutConnections).toBe(1);
  });

  it('has no token for a Subscription of another channel', async () => {
    const { sandbox } = await listen();
    expect((await ask(sandbox, 'GET', 'Subscription/none/$get-ws-binding-token')).status).toBe(400);
  });
});
