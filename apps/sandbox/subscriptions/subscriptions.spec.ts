import { createHmac } from 'node:crypto';
import { startSandbox, type Sandbox, type SandboxOptions } from '../index.js';
import {
  eventually,
  startReceiver,
  type ReceivedRequest,
  type WebhookReceiver,
} from '../testing/webhook-receiver.js';

const SECRET = 'a secret of the source';
const SECRET_URL = 'https://www.medplum.com/fhir/StructureDefinition/subscription-secret';

const running: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.close();
});

async function start(
  answer?: Parameters<typeof startReceiver>[0],
  delivery: SandboxOptions['delivery'] = { backoffMs: 10 },
): Promise<{ sandbox: Sandbox; receiver: WebhookReceiver }> {
  const sandbox = await startSandbox({ delivery });
  const receiver = await startReceiver(answer);
  running.push(receiver, sandbox);
  return { sandbox, receiver };
}

async function send(
  sandbox: Sandbox,
  method: string,
  path: string,
  body?: unknown,
): Promise<Record<string, unknown>> {
  const response = await fetch(`${sandbox.base}/${path}`, {
    method,
    ...(body !== undefined && {
      headers: { 'content-type': 'application/fhir+json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }),
  });
  return (await response.json()) as Record<string, unknown>;
}

function subscription(endpoint: string, criteria: string, more: object = {}, channel: object = {}): object {
  return {
    resourceType: 'Subscription',
    status: 'requested',
    reason: 'test',
    criteria,
    channel: { type: 'rest-hook', endpoint, payload: 'application/fhir+json', ...channel },
    ...more,
  };
}

const patient = (id: string, more: object = {}) => ({ resourceType: 'Patient', id, ...more });

describe('a rest-hook Subscription', () => {
  it('is activated by the server in a version of its own', async () => {
    const { sandbox, receiver } = await start();
    const created = await send(sandbox, 'POST', 'Subscription', subscription(receiver.endpoint, 'Patient'));
    expect(created).toMatchObject({ status: 'requested', meta: { versionId: '1' } });
    const read = await send(sandbox, 'GET', `Subscription/${String(created['id'])}`);
    expect(read).toMatchObject({ status: 'active', meta: { versionId: '2' } });
  });

  it.each([SECRET_URL, SECRET_URL.replace('www.', '')])(
    'signs exact bytes with the secret of %s',
    async (url) => {
      const { sandbox, receiver } = await start();
      const { id } = await send(
        sandbox,
        'POST',
        'Subscription',
        subscription(
          receiver.endpoint,
          'Observation',
          { extension: [{ url, valueString: SECRET }] },
          { header: ['Authorization: Bearer abc'] },
        ),
      );
      await send(sandbox, 'PUT', 'Observation/o', '{"resourceType":"Observation","id":"o","v":[1.00,1e2]}');
      const [{ headers, body }] = (await receiver.waitFor(1)) as [ReceivedRequest];
      expect(body.toString()).toContain('[1.00,1e2]');
      expect(body.toString()).toBe(await (await fetch(`${sandbox.base}/Observation/o`)).text());
      expect(headers).toMatchObject({
        'content-type': 'application/fhir+json',
        authorization: 'Bearer abc',
        'x-signature': createHmac('sha256', SECRET).update(body).digest('hex'),
        'x-medplum-subscription': id,
        'x-medplum-interaction': 'create',
      });
      expect(headers).not.toHaveProperty('x-medplum-deleted-resource');
    },
  );

  it('announces a deletion by reference, signed too', async () => {
    const { sandbox, receiver } = await start();
    const extension = [{ url: SECRET_URL, valueString: SECRET }];
    await send(sandbox, 'PUT', 'Patient/p', patient('p', { active: true }));
    await send(
      sandbox,
      'POST',
      'Subscription',
      subscription(receiver.endpoint, 'Patient?active=true', { extension }),
    );
    await send(sandbox, 'DELETE', 'Patient/p');
    const [notification] = await receiver.waitFor(1);
    expect(notification?.body.toString()).toBe('{}');
    expect(notification?.headers).toMatchObject({
      'x-medplum-interaction': 'delete',
      'x-medplum-deleted-resource': 'Patient/p',
      'x-signature': createHmac('sha256', SECRET).update('{}').digest('hex'),
    });
  });

  it('hears of what its criteria name and of nothing else', async () => {
    const { sandbox, receiver } = await start();
    const criteria = 'Observation?code=http://loinc.org|1-8&status=final';
    await send(sandbox, 'POST', 'Subscription', subscription(receiver.endpoint, criteria));
    const observation = (id: string, code: string, status: string) => ({
      resourceType: 'Observation',
      id,
      status,
      code: { coding: [{ system: 'http://loinc.org', code }] },
    });
    await send(sandbox, 'PUT', 'Patient/p', patient('p'));
    await send(sandbox, 'PUT', 'Observation/no', observation('no', '9-9', 'final'));
    await send(sandbox, 'PUT', 'Observation/draft', observation('draft', '1-8', 'preliminary'));
    await send(sandbox, 'PUT', 'Observation/yes', observation('yes', '1-8', 'final'));
    const [notification] = await receiver.waitFor(1);
    expect(JSON.parse(String(notification?.body))).toMatchObject({ id: 'yes' });
    expect(sandbox.deliveries()).toMatchObject({ queued: 0, delivered: 1 });
  });

  it('hears of a transaction only when it holds', async () => {
    const { sandbox, receiver } = await start();
    await send(sandbox, 'POST', 'Subscription', subscription(receiver.endpoint, 'Patient'));
    const entry = (id: string, url: string) => ({ resource: patient(id), request: { method: 'PUT', url } });
    const bundle = (last: string) => ({
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [entry('t1', 'Patient/t1'), entry('t2', last)],
    });
    await send(sandbox, 'POST', '', bundle('Patient/wrong'));
    await send(sandbox, 'POST', '', bundle('Patient/t2'));
    await receiver.waitFor(2);
    expect(
      receiver.received.map(({ body }) => (JSON.parse(String(body)) as { id: string }).id).sort(),
    ).toEqual(['t1', 't2']);
  });

  it('sends an empty notification when it asks for no payload', async () => {
    const { sandbox, receiver } = await start();
    const { channel, ...rest } = subscription(receiver.endpoint, 'Patient') as {
      channel: { payload?: string };
    };
    delete channel.payload;
    await send(sandbox, 'POST', 'Subscription', { ...rest, channel });
    await send(sandbox, 'PUT', 'Patient/p', patient('p'));
    const [notification] = await receiver.waitFor(1);
    expect(notification?.body).toHaveLength(0);
  });

  it.each([
    ['an unknown type', 'Foo', {}],
    ['an unknown parameter', 'Patient?shoe-size=42', {}],
    ['another channel', 'Patient', { type: 'email' }],
    ['no endpoint', 'Patient', { endpoint: undefined }],
    ['an endpoint that is no web address', 'Patient', { endpoint: 'file:///etc/passwd' }],
    ['XML', 'Patient', { payload: 'application/fhir+xml' }],
    ['a header with a line break', 'Patient', { header: ['A: b\r\nC: d'] }],
    ['headers that are none', 'Patient', { header: 5 }],
  ])('is refused with %s', async (_what, criteria, channel) => {
    const { sandbox, receiver } = await start();
    const answer = await send(
      sandbox,
      'POST',
      'Subscription',
      subscription(receiver.endpoint, criteria, {}, channel),
    );
    expect(answer).toMatchObject({ resourceType: 'OperationOutcome', issue: [{ severity: 'error' }] });
    expect(await send(sandbox, 'GET', 'Subscription')).toMatchObject({ total: 0 });
  });
});

describe('delivery', () => {
  it('tries again with doubling pauses until the endpoint accepts', async () => {
    const times: number[] = [];
    const { sandbox, receiver } = await start(
      (before) => {
        times.push(Date.now());
        return before < 2 ? 503 : 200;
      },
      { backoffMs: 60 },
    );
    await send(sandbox, 'POST', 'Subscription', subscription(receiver.endpoint, 'Patient'));
    await send(sandbox, 'PUT', 'Patient/p', patient('p'));
    await receiver.waitFor(1);
    expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(58);
    expect(times[2]! - times[1]!).toBeGreaterThanOrEqual(118);
    await eventually(() => sandbox.deliveries().delivered === 1, 'the count');
    expect(sandbox.deliveries()).toMatchObject({ queued: 0, delivered: 1, failed: 0, attempts: 3 });
  });

  it('keeps the order of each resource although tries fail and run beside each other', async () => {
    let random = 7;
    const { sandbox, receiver } = await start(
      async (before) => {
        random = (random * 48_271) % 2_147_483_647;
        await new Promise((resolve) => setTimeout(resolve, random % 5));
        return before % 4 === 1 ? 500 : 204;
      },
      { backoffMs: 1, attempts: 20 },
    );
    await send(sandbox, 'POST', 'Subscription', subscription(receiver.endpoint, 'Patient'));
    for (let version = 1; version <= 10; version++)
      for (const id of ['a', 'b', 'c', 'd']) await send(sandbox, 'PUT', `Patient/${id}`, patient(id));
    await receiver.waitFor(40);
    const versions = new Map<string, number[]>();
    for (const { body } of receiver.received) {
      const { id, meta } = JSON.parse(String(body)) as { id: string; meta: { versionId: string } };
      versions.set(id, [...(versions.get(id) ?? []), Number(meta.versionId)]);
    }
    expect([...versions.values()]).toEqual(Array.from({ length: 4 }, () => [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]));
  });

  it('gives up after its tries: status error, the rest dropped, and alive again when asked', async () => {
    let healthy = false;
    const { sandbox, receiver } = await start(() => (healthy ? 200 : 500), {
      attempts: 2,
      backoffMs: 30,
      parallel: 1,
    });
    const created = await send(sandbox, 'POST', 'Subscription', subscription(receiver.endpoint, 'Patient'));
    const path = `Subscription/${String(created['id'])}`;
    for (const id of ['a', 'b', 'c']) await send(sandbox, 'PUT', `Patient/${id}`, patient(id));
    await eventually(async () => (await send(sandbox, 'GET', path))['status'] === 'error', 'status error');
    expect(await send(sandbox, 'GET', path)).toMatchObject({ error: 'the endpoint answered 500' });
    await eventually(() => sandbox.deliveries().queued === 0, 'an empty queue');
    expect(sandbox.deliveries()).toMatchObject({ delivered: 0, failed: 1, dropped: 2, attempts: 2 });
    await send(sandbox, 'PUT', 'Patient/unheard', patient('unheard'));
    healthy = true;
    await send(sandbox, 'PUT', path, { ...(await send(sandbox, 'GET', path)), status: 'requested' });
    expect(await send(sandbox, 'GET', path)).not.toHaveProperty('error');
    await send(sandbox, 'PUT', 'Patient/heard', patient('heard'));
    const received = await receiver.waitFor(1);
    expect(JSON.parse(String(received[0]?.body))).toMatchObject({ id: 'heard' });
  });

  it.each(['off', 'deleted'])('stops when the Subscription is %s, also between tries', async (how) => {
    let requests = 0;
    const { sandbox, receiver } = await start(
      () => {
        requests += 1;
        return 500;
      },
      { attempts: 50, backoffMs: 400 },
    );
    const created = await send(sandbox, 'POST', 'Subscription', subscription(receiver.endpoint, 'Patient'));
    const path = `Subscription/${String(created['id'])}`;
    await send(sandbox, 'PUT', 'Patient/p', patient('p'));
    await eventually(() => requests === 1, 'the first try');
    if (how === 'off') await send(sandbox, 'PUT', path, { ...created, status: 'off' });
    else await send(sandbox, 'DELETE', path);
    await eventually(() => sandbox.deliveries().queued === 0, 'an empty queue');
    await send(sandbox, 'PUT', 'Patient/q', patient('q'));
    await new Promise((resolve) => setTimeout(resolve, 450));
    expect(requests).toBe(1);
    expect(sandbox.deliveries()).toMatchObject({ queued: 0, dropped: 1, failed: 0 });
  });

  it('counts an endpoint that is gone or never answers as a failed try', async () => {
    const { sandbox, receiver } = await start(() => new Promise<number>(() => undefined), {
      attempts: 2,
      backoffMs: 1,
      timeoutMs: 50,
    });
    await send(sandbox, 'POST', 'Subscription', subscription(receiver.endpoint, 'Patient'));
    await send(sandbox, 'POST', 'Subscription', subscription('http://127.0.0.1:9/', 'Patient'));
    await send(sandbox, 'PUT', 'Patient/p', patient('p'));
    await eventually(() => sandbox.deliveries().failed === 2, 'two failures');
    await eventually(
      async () => (await send(sandbox, 'GET', 'Subscription?status=error'))['total'] === 2,
      'errors',
    );
  });

  it('is reported outside of the FHIR base', async () => {
    const { sandbox, receiver } = await start();
    const { id } = await send(sandbox, 'POST', 'Subscription', subscription(receiver.endpoint, 'Patient'));
    await send(sandbox, 'PUT', 'Patient/p', patient('p'));
    await receiver.waitFor(1);
    await eventually(() => sandbox.deliveries().delivered === 1, 'the count');
    const report = (await (await fetch(new URL('/sandbox/deliveries', sandbox.base))).json()) as object;
    const facts = { queued: 0, delivered: 1, failed: 0, dropped: 0, attempts: 1 };
    expect(report).toEqual({ ...facts, subscriptions: { [String(id)]: facts } });
  });
});
