import { startSandbox, type Sandbox, type SandboxOptions } from '../index.js';
import { ask, patient, subscription } from '../testing/fhir-client.js';
import { eventually, startReceiver, type WebhookReceiver } from '../testing/webhook-receiver.js';

const running: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.close();
});

async function start(
  options: SandboxOptions,
  channel: object = {},
  answer?: Parameters<typeof startReceiver>[0],
): Promise<{ sandbox: Sandbox; receiver: WebhookReceiver }> {
  const receiver = await startReceiver(answer);
  const sandbox = await startSandbox({ delivery: { backoffMs: 10 }, ...options });
  running.push(receiver, sandbox);
  await ask(sandbox, 'POST', 'Subscription', subscription(receiver.endpoint, 'Patient', {}, channel));
  return { sandbox, receiver };
}

async function live(sandbox: Sandbox): Promise<void> {
  await ask(sandbox, 'PUT', 'Patient/p', patient('p'));
  await ask(sandbox, 'PUT', 'Patient/p', patient('p', { active: true }));
  await ask(sandbox, 'DELETE', 'Patient/p');
  await eventually(() => sandbox.deliveries().queued === 0, 'an empty queue');
}

const requests = ({ received }: WebhookReceiver): string[] =>
  received.map(({ method, path, body }) => `${method} ${path} ${body.length > 0 ? 'body' : 'empty'}`);

describe("the sandbox in HAPI's style", () => {
  it('puts creations and updates below the endpoint, unsigned', async () => {
    const secret = 'https://www.medplum.com/fhir/StructureDefinition/subscription-secret';
    const { sandbox, receiver } = await start({ style: 'hapi' }, { header: ['X-Token: abc'] });
    await ask(
      sandbox,
      'POST',
      'Subscription',
      subscription(`${receiver.endpoint}/`, 'Patient', {
        extension: [{ url: secret, valueString: 'secret' }],
      }),
    );
    await live(sandbox);
    expect(requests(receiver)).toEqual(Array(4).fill('PUT /hook/Patient/p body'));
    expect(receiver.received[0]?.headers).toMatchObject({ 'x-token': 'abc' });
    for (const { headers } of receiver.received)
      expect(Object.keys(headers).filter((name) => /signature|medplum/.test(name))).toEqual([]);
  });

  it('tells of deletions only where it is asked to', async () => {
    const url = 'http://hapifhir.io/fhir/StructureDefinition/subscription-send-delete-messages';
    const extension = [{ url, valueBoolean: true }];
    const { sandbox, receiver } = await start({ style: 'hapi' }, { extension });
    await live(sandbox);
    expect(requests(receiver)).toEqual([
      'PUT /hook/Patient/p body',
      'PUT /hook/Patient/p body',
      'DELETE /hook/Patient/p empty',
    ]);
  });

  it('posts nothing at all without a payload', async () => {
    const { sandbox, receiver } = await start({ style: 'hapi' }, { payload: undefined });
    await live(sandbox);
    expect(requests(receiver)).toEqual(['POST /hook empty', 'POST /hook empty']);
  });

  it('gives up after its tries and stays active', async () => {
    let healthy = false;
    const { sandbox, receiver } = await start(
      { style: 'hapi', delivery: { backoffMs: 1, attempts: 3 } },
      {},
      () => (healthy ? 200 : 503),
    );
    await live(sandbox);
    expect(sandbox.deliveries()).toMatchObject({ failed: 2, attempts: 6, delivered: 0 });
    healthy = true;
    await ask(sandbox, 'PUT', 'Patient/q', patient('q'));
    await receiver.waitFor(1);
    expect((await ask(sandbox, 'GET', 'Subscription?status=active')).json).toMatchObject({ total: 1 });
  });
});

describe('the sandbox in plain style', () => {
  it('posts the resource, unsigned, and says nothing of a deletion', async () => {
    const { sandbox, receiver } = await start({ style: 'plain' });
    await live(sandbox);
    expect(requests(receiver)).toEqual(['POST /hook body', 'POST /hook body']);
    expect(Object.keys(receiver.received[0]!.headers).filter((name) => name.startsWith('x-'))).toEqual([]);
  });
});

describe('versions', () => {
  it('are named by UUIDs where that is asked for', async () => {
    const { sandbox, receiver } = await start({ versionIds: 'uuids' }, {});
    await live(sandbox);
    expect(receiver.received).toHaveLength(3);
    const { json } = await ask(sandbox, 'GET', 'Patient/p/_history');
    const tags = (json['entry'] as { response: { etag: string } }[]).map(({ response }) => response.etag);
    expect(new Set(tags).size).toBe(3);
    for (const tag of tags) expect(tag).toMatch(/^W\/"[0-9a-f-]{36}"$/);
    const version = tags[2]!.slice(3, -1);
    expect((await ask(sandbox, 'GET', `Patient/p/_history/${version}`)).json).toMatchObject({
      id: 'p',
      meta: { versionId: version },
    });
  });

  it('are in the history of one resource only, where that is asked for', async () => {
    const { sandbox } = await start({ systemHistory: false });
    await live(sandbox);
    expect((await ask(sandbox, 'GET', '_history')).status).toBe(404);
    expect((await ask(sandbox, 'GET', 'Patient/_history')).status).toBe(404);
    expect((await ask(sandbox, 'GET', 'Patient/p/_history')).json).toMatchObject({ total: 3 });
    expect(JSON.stringify((await ask(sandbox, 'GET', 'metadata')).json)).not.toMatch(/history-(system|type)/);
  });
});

describe('pages', () => {
  it('of searches by _lastUpdated and of histories are no longer than the server allows', async () => {
    const { sandbox } = await start({ pageSize: 3 });
    const ids = Array.from({ length: 10 }, (_, n) => `n${n}`);
    for (const id of ids) {
      await ask(sandbox, 'PUT', `Patient/${id}`, patient(id));
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    const fifth = (await ask(sandbox, 'GET', 'Patient/n5')).json as { meta: { lastUpdated: string } };
    const since = encodeURIComponent(fifth.meta.lastUpdated);
    const pages = async (first: string) => {
      const seen: string[] = [];
      for (let url: string | undefined = first; url !== undefined;) {
        const { json } = await ask(sandbox, 'GET', url);
        const entries = (json['entry'] ?? []) as { resource: { id: string } }[];
        expect(entries.length).toBeLessThanOrEqual(3);
        seen.push(...entries.map(({ resource }) => resource.id));
        url = (json['link'] as { relation: string; url: string }[]).find(
          ({ relation }) => relation === 'next',
        )?.url;
      }
      return seen;
    };
    expect(await pages(`Patient?_lastUpdated=ge${since}&_sort=_lastUpdated&_count=50`)).toEqual(ids.slice(5));
    expect(await pages(`Patient/_history?_since=${since}`)).toEqual(ids.slice(5).reverse());
    expect((await pages('Patient?_sort=-_lastUpdated')).slice(0, 2)).toEqual(['n9', 'n8']);
  });
});
