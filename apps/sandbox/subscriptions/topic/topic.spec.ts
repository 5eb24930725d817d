import { createHmac } from 'node:crypto';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../index.js';
import { ask, patient, subscription } from '../../testing/fhir-client.js';
import { eventually, startReceiver, type WebhookReceiver } from '../../testing/webhook-receiver.js';

const BACKPORT = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition';
const TOPIC = 'http://example.org/topics/everything';

const running: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.close();
});

async function start(
  options: SandboxOptions = {},
  answer?: Parameters<typeof startReceiver>[0],
): Promise<{ sandbox: Sandbox; receiver: WebhookReceiver }> {
  const receiver = await startReceiver(answer);
  const sandbox = await startSandbox({ delivery: { backoffMs: 10, attempts: 2 }, ...options });
  running.push(receiver, sandbox);
  return { sandbox, receiver };
}

interface Terms {
  readonly content?: string;
  readonly filters?: readonly string[];
  readonly heartbeat?: number;
  readonly more?: object;
}

/** https://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition-backport-subscription.html */
function topicSubscription(endpoint: string, terms: Terms = {}): object {
  const { content = 'full-resource', filters = [], heartbeat, more } = terms;
  const extension = (name: string, value: object) => ({ url: `${BACKPORT}/backport-${name}`, ...value });
  return subscription(
    endpoint,
    TOPIC,
    {
      _criteria: { extension: filters.map((valueString) => extension('filter-criteria', { valueString })) },
      ...more,
    },
    {
      ...(heartbeat !== undefined && {
        extension: [extension('heartbeat-period', { valueUnsignedInt: heartbeat })],
      }),
      _payload: { extension: [extension('payload-content', { valueCode: content })] },
    },
  );
}

async function subscribe(sandbox: Sandbox, body: object): Promise<string> {
  const { json, status } = await ask(sandbox, 'POST', 'Subscription', body);
  expect([status, json['status']]).toEqual([201, 'requested']);
  const id = String(json['id']);
  await eventually(async () => (await standing(sandbox, id)) !== 'requested', 'an answer to the handshake');
  return id;
}

const standing = async (sandbox: Sandbox, id: string): Promise<unknown> =>
  (await ask(sandbox, 'GET', `Subscription/${id}`)).json['status'];

interface Parameter {
  readonly name: string;
  readonly part?: readonly Parameter[];
  readonly [value: `value${string}`]: unknown;
}

interface SentBundle {
  readonly type: string;
  readonly entry: readonly {
    readonly fullUrl?: string;
    readonly request?: { readonly method: string };
    readonly resource?: { readonly [member: string]: unknown; readonly parameter?: readonly Parameter[] };
  }[];
}

const bundles = ({ received }: WebhookReceiver): SentBundle[] =>
  received.map(({ body }) => JSON.parse(body.toString()) as SentBundle);

/** A parameter's value, or the values of the parts of each event. */
function valueOf(bundle: SentBundle, name: string): unknown {
  const parameter = bundle.entry[0]?.resource?.parameter?.find((one) => one.name === name);
  return parameter && Object.entries(parameter).find(([member]) => member.startsWith('value'))?.[1];
}

function eventNumbers(bundle: SentBundle): unknown[] {
  const parameters = bundle.entry[0]?.resource?.parameter ?? [];
  return parameters
    .filter(({ name }) => name === 'notification-event')
    .map(({ part }) => part?.find(({ name }) => name === 'event-number')?.valueString);
}

describe('a topic-based Subscription (R4 Backport)', () => {
  it('is active once its handshake was accepted, and sends numbered events with their resources', async () => {
    const { sandbox, receiver } = await start();
    const id = await subscribe(sandbox, topicSubscription(receiver.endpoint));
    expect(await standing(sandbox, id)).toBe('active');
    await ask(sandbox, 'PUT', 'Patient/p', patient('p', { active: true }));
    await ask(sandbox, 'DELETE', 'Patient/p');
    await receiver.waitFor(3);
    const [handshake, created, deleted] = bundles(receiver) as [SentBundle, SentBundle, SentBundle];
    expect([handshake.type, valueOf(handshake, 'type'), valueOf(handshake, 'topic')]).toEqual([
      'history',
      'handshake',
      TOPIC,
    ]);
    expect(valueOf(handshake, 'subscription')).toEqual({ reference: `${sandbox.base}/Subscription/${id}` });
    expect(valueOf(deleted, 'events-since-subscription-start')).toBe('2');
    expect([eventNumbers(created), eventNumbers(deleted)]).toEqual([['1'], ['2']]);
    expect(created.entry[1]).toMatchObject({
      fullUrl: `${sandbox.base}/Patient/p`,
      resource: { id: 'p', active: true, meta: { versionId: '1' } },
      request: { method: 'POST' },
    });
    expect(deleted.entry[1]).toMatchObject({ request: { method: 'DELETE' } });
    expect(deleted.entry[1]).not.toHaveProperty('resource');
    expect(receiver.received[0]?.headers['content-type']).toBe('application/fhir+json');
  });

  it.each([
    ['empty', false],
    ['id-only', true],
  ])('carries no resource with content %s', async (content, focus) => {
    const { sandbox, receiver } = await start();
    await subscribe(sandbox, topicSubscription(receiver.endpoint, { content }));
    await ask(sandbox, 'PUT', 'Patient/p', patient('p'));
    await receiver.waitFor(2);
    const [, event] = bundles(receiver);
    expect(event?.entry).toHaveLength(1);
    expect(JSON.stringify(event).includes(`${sandbox.base}/Patient/p`)).toBe(focus);
    expect(eventNumbers(event!)).toEqual(['1']);
  });

  it('hears of what its filters name: of one type all of them', async () => {
    const { sandbox, receiver } = await start();
    const filters = ['Patient?active=true', 'Patient?gender=female', 'Encounter'];
    await subscribe(sandbox, topicSubscription(receiver.endpoint, { filters }));
    await ask(sandbox, 'PUT', 'Patient/one', patient('one', { active: true, gender: 'male' }));
    await ask(sandbox, 'PUT', 'Patient/both', patient('both', { active: true, gender: 'female' }));
    await ask(sandbox, 'PUT', 'Observation/o', { resourceType: 'Observation', id: 'o' });
    await ask(sandbox, 'PUT', 'Encounter/e', { resourceType: 'Encounter', id: 'e' });
    await receiver.waitFor(3);
    await eventually(() => sandbox.deliveries().queued === 0, 'an empty queue');
    const heard = bundles(receiver).flatMap(({ entry }) =>
      entry.slice(1).map(({ resource }) => resource?.['id']),
    );
    expect(heard).toEqual(['both', 'e']);
  });

  it('signs what it sends where it has a secret', async () => {
    const { sandbox, receiver } = await start();
    const url = 'https://www.medplum.com/fhir/StructureDefinition/subscription-secret';
    const more = { extension: [{ url, valueString: 'secret' }] };
    await subscribe(sandbox, topicSubscription(receiver.endpoint, { more }));
    const [{ headers, body }] = (await receiver.waitFor(1)) as [WebhookReceiver['received'][number]];
    expect(headers['x-signature']).toBe(createHmac('sha256', 'secret').update(body).digest('hex'));
  });

  it('is in error when its handshake or its events are refused, and active again when asked', async () => {
    let healthy = false;
    const { sandbox, receiver } = await start({}, () => (healthy ? 200 : 500));
    const id = await subscribe(sandbox, topicSubscription(receiver.endpoint));
    expect(await standing(sandbox, id)).toBe('error');
    const again = async () => {
      const { json } = await ask(sandbox, 'GET', `Subscription/${id}`);
      await ask(sandbox, 'PUT', `Subscription/${id}`, { ...json, status: 'requested' });
    };
    healthy = true;
    await again();
    await eventually(async () => (await standing(sandbox, id)) === 'active', 'activation');
    healthy = false;
    await ask(sandbox, 'PUT', 'Patient/p', patient('p'));
    await eventually(async () => (await standing(sandbox, id)) === 'error', 'status error');
  });

  it('sends heartbeats while nothing happens, and ends at its end', async () => {
    const { sandbox, receiver } = await start();
    const end = new Date(Date.now() + 1800).toISOString();
    const body = topicSubscription(receiver.endpoint, { heartbeat: 1, more: { end } });
    const id = await subscribe(sandbox, body);
    await receiver.waitFor(2);
    expect(bundles(receiver).map((bundle) => valueOf(bundle, 'type'))).toEqual(['handshake', 'heartbeat']);
    await eventually(async () => (await standing(sandbox, id)) === 'off', 'the end');
  });

  it('answers $status and $events', async () => {
    const { sandbox, receiver } = await start({ faults: { drop: 1 } });
    const id = await subscribe(sandbox, topicSubscription(receiver.endpoint, { content: 'id-only' }));
    for (let n = 1; n <= 5; n++) await ask(sandbox, 'PUT', `Patient/p${n}`, patient(`p${n}`));
    const status = (await ask(sandbox, 'GET', `Subscription/${id}/$status`)).json as unknown as SentBundle;
    expect([status.type, valueOf(status, 'type'), valueOf(status, 'status')]).toEqual([
      'searchset',
      'query-status',
      'active',
    ]);
    expect(valueOf(status, 'events-since-subscription-start')).toBe('5');
    const query = 'eventsSinceNumber=2&eventsUntilNumber=4&content=full-resource';
    const events = (await ask(sandbox, 'GET', `Subscription/${id}/$events?${query}`))
      .json as unknown as SentBundle;
    expect([valueOf(events, 'type'), eventNumbers(events)]).toEqual(['query-event', ['2', '3', '4']]);
    expect(events.entry.slice(1).map(({ resource }) => resource?.['id'])).toEqual(['p2', 'p3', 'p4']);
    expect((await ask(sandbox, 'GET', `Subscription/${id}/$events?eventsSinceNumber=x`)).status).toBe(400);
    expect((await ask(sandbox, 'GET', 'Subscription/unknown/$status')).status).toBe(404);
    expect(receiver.received).toHaveLength(1);
  });

  it('has no $events where that is asked for, and numbers that begin anew', async () => {
    const { sandbox, receiver } = await start({ eventsOperation: false });
    const id = await subscribe(sandbox, topicSubscription(receiver.endpoint));
    expect((await ask(sandbox, 'GET', `Subscription/${id}/$events`)).status).toBe(404);
    for (let n = 1; n <= 3; n++) await ask(sandbox, 'PUT', 'Patient/p', patient('p'));
    sandbox.faults.set({ resetNumbers: 1 });
    await ask(sandbox, 'PUT', 'Patient/p', patient('p'));
    await receiver.waitFor(5);
    expect(bundles(receiver).flatMap(eventNumbers)).toEqual(['1', '2', '3', '1']);
    expect(sandbox.faults.report().happened.resetNumbers).toBe(1);
  });
});

describe('other shapes', () => {
  it.each([
    ['r4b', 'history', 1],
    ['r5', 'subscription-notification', '1'],
  ] as const)('%s: a Bundle of type %s with SubscriptionStatus', async (notificationShape, type, one) => {
    const { sandbox, receiver } = await start({ notificationShape });
    await subscribe(sandbox, topicSubscription(receiver.endpoint));
    await ask(sandbox, 'PUT', 'Patient/p', patient('p'));
    await receiver.waitFor(2);
    expect(bundles(receiver)[1]).toMatchObject({
      type,
      entry: [
        {
          resource: {
            resourceType: 'SubscriptionStatus',
            type: 'event-notification',
            eventsSinceSubscriptionStart: one,
            notificationEvent: [{ eventNumber: one, focus: { reference: `${sandbox.base}/Patient/p` } }],
          },
        },
        { resource: { id: 'p' } },
      ],
    });
  });

  it('takes a Subscription as R5 has it', async () => {
    const { sandbox, receiver } = await start({ notificationShape: 'r5' });
    const body = {
      resourceType: 'Subscription',
      status: 'requested',
      topic: TOPIC,
      filterBy: [{ resourceType: 'Patient', filterParameter: 'active', value: 'true' }],
      channelType: { code: 'rest-hook' },
      endpoint: receiver.endpoint,
      parameter: [{ name: 'X-Token', value: 'abc' }],
      contentType: 'application/fhir+json',
      content: 'id-only',
    };
    const id = await subscribe(sandbox, body);
    expect((await ask(sandbox, 'GET', `Subscription/${id}`)).json).toMatchObject({
      ...body,
      status: 'active',
    });
    const url = encodeURIComponent(receiver.endpoint);
    expect((await ask(sandbox, 'GET', `Subscription?url=${url}`)).json).toMatchObject({ total: 1 });
    await ask(sandbox, 'PUT', 'Patient/no', patient('no'));
    await ask(sandbox, 'PUT', 'Patient/yes', patient('yes', { active: true }));
    await receiver.waitFor(2);
    expect(receiver.received[1]?.headers['x-token']).toBe('abc');
    expect(JSON.stringify(bundles(receiver)[1])).toContain('/Patient/yes');
  });
});

describe('$resend', () => {
  it('sends the current version once more', async () => {
    const { sandbox, receiver } = await start();
    await ask(sandbox, 'PUT', 'Patient/p', patient('p'));
    await ask(sandbox, 'PUT', 'Patient/p', patient('p', { active: true }));
    await ask(sandbox, 'POST', 'Subscription', subscription(receiver.endpoint, 'Patient'));
    expect((await ask(sandbox, 'POST', 'Patient/p/$resend')).status).toBe(200);
    const [{ body }] = (await receiver.waitFor(1)) as [WebhookReceiver['received'][number]];
    expect(JSON.parse(body.toString())).toMatchObject({ id: 'p', meta: { versionId: '2' } });
    expect((await ask(sandbox, 'POST', 'Patient/unknown/$resend')).status).toBe(404);
    await ask(sandbox, 'DELETE', 'Patient/p');
    expect((await ask(sandbox, 'POST', 'Patient/p/$resend')).status).toBe(410);
  });
});
