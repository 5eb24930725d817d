import type { Source, SourceDeclaration, SourceSettings } from '#ports';
import {
  inTurn,
  json,
  serveSource,
  type Handler,
  type ServedSource,
} from '../../../test/support/served-source.js';
import { FhirRestSubscriptions, SourceTransport } from './index.js';

const BACKPORT = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/';
const TOPIC = 'http://example.org/topic/changes';
const HOOK = 'http://127.0.0.1:9/hook';

const closing: (() => unknown)[] = [];
let port: FhirRestSubscriptions;
beforeEach(() => {
  const transport = new SourceTransport({ retries: { most: 0, backoffMs: 1, longestMs: 1 } });
  closing.push(() => transport.close());
  port = new FhirRestSubscriptions(transport, { activationPausesMs: [1, 1] });
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function serve(handler: Handler): Promise<ServedSource> {
  const served = await serveSource(handler);
  closing.push(served.close);
  return served;
}

interface Held extends Record<string, unknown> {
  id: string;
  status: string;
}

/** A server that keeps Subscriptions as they come, and activates each. */
async function serveSubscriptions(): Promise<ServedSource & { held: Map<string, Held>; writes: Held[] }> {
  const held = new Map<string, Held>();
  const writes: Held[] = [];
  const served = await serve((request, response, body) => {
    const answer = (status: number, what: unknown) => json(status, what)(request, response, body);
    const id = /Subscription\/([^/?]+)$/.exec(request.url ?? '')?.[1] ?? `s${held.size + 1}`;
    if (request.method === 'GET') {
      if (request.url?.includes('?') === true)
        answer(200, { resourceType: 'Bundle', entry: [...held.values()].map((resource) => ({ resource })) });
      else answer(held.has(id) ? 200 : 404, held.get(id) ?? '');
      return;
    }
    const written = { ...(JSON.parse(body) as object), id } as Held;
    writes.push(written);
    held.set(id, { ...written, status: written.status === 'requested' ? 'active' : written.status });
    answer(200, held.get(id));
  });
  return { ...served, held, writes };
}

const declared = (
  { source }: ServedSource,
  settings: Partial<SourceSettings>,
  more: Partial<SourceDeclaration> = {},
): Source => ({ ...source, ...more, settings: { ...source.settings, ...settings } }) as Source;

const SECRETS = ['https://www.medplum.com', 'https://medplum.com'].map((site) => ({
  url: `${site}/fhir/StructureDefinition/subscription-secret`,
  valueString: 'the secret of this source',
}));
const DELETES = {
  url: 'http://hapifhir.io/fhir/StructureDefinition/subscription-send-delete-messages',
  valueBoolean: true,
};
const COMMON = { resourceType: 'Subscription', status: 'requested', reason: expect.any(String) as string };

describe('a Subscription is written', () => {
  it('for a rest-hook, with deletions from HAPI', async () => {
    const served = await serveSubscriptions();
    await port.ensure(served.source, HOOK);
    expect(served.writes).toEqual([
      {
        ...COMMON,
        id: 's1',
        criteria: 'Patient',
        channel: {
          extension: [DELETES],
          type: 'rest-hook',
          endpoint: HOOK,
          payload: 'application/fhir+json',
        },
        extension: SECRETS,
      },
    ]);
  });

  it.each(['R4', 'R4B'] as const)('for a topic of %s, as the Backport has it', async (fhirVersion) => {
    const served = await serveSubscriptions();
    const settings = {
      channel: 'topic',
      topic: TOPIC,
      content: 'full-resource',
      heartbeatMs: 90_000,
    } as const;
    const criteria = ['Patient?active=true'];
    const authentication = { kind: 'header', header: 'X-Secret', secret: 'abc def' } as const;
    await port.ensure(declared(served, settings, { fhirVersion, criteria, authentication }), HOOK);
    expect(served.writes).toEqual([
      {
        ...COMMON,
        id: 's1',
        meta: { profile: [`${BACKPORT}backport-subscription`] },
        criteria: TOPIC,
        _criteria: {
          extension: [{ url: `${BACKPORT}backport-filter-criteria`, valueString: 'Patient?active=true' }],
        },
        channel: {
          extension: [{ url: `${BACKPORT}backport-heartbeat-period`, valueUnsignedInt: 30 }, DELETES],
          type: 'rest-hook',
          endpoint: HOOK,
          payload: 'application/fhir+json',
          _payload: {
            extension: [{ url: `${BACKPORT}backport-payload-content`, valueCode: 'full-resource' }],
          },
          header: ['X-Secret: abc def'],
        },
      },
    ]);
  });

  it('for a topic of R5', async () => {
    const served = await serveSubscriptions();
    const criteria = ['Observation?date=ge2024-01-01&code:in=http://example.org/vs'];
    const authentication = { kind: 'header', header: 'X-Secret', secret: 'abc def' } as const;
    const settings = { channel: 'topic', topic: TOPIC } as const;
    await port.ensure(declared(served, settings, { fhirVersion: 'R5', criteria, authentication }), HOOK);
    expect(served.writes).toEqual([
      {
        ...COMMON,
        id: 's1',
        name: criteria[0],
        topic: TOPIC,
        filterBy: [
          { resourceType: 'Observation', filterParameter: 'date', comparator: 'ge', value: '2024-01-01' },
          {
            resourceType: 'Observation',
            filterParameter: 'code',
            modifier: 'in',
            value: 'http://example.org/vs',
          },
        ],
        channelType: {
          system: 'http://terminology.hl7.org/CodeSystem/subscription-channel-type',
          code: 'rest-hook',
        },
        endpoint: HOOK,
        parameter: [{ name: 'X-Secret', value: 'abc def' }],
        heartbeatPeriod: 60,
        contentType: 'application/fhir+json',
        content: 'id-only',
      },
    ]);
  });

  it('for a WebSocket', async () => {
    const served = await serveSubscriptions();
    await port.ensure(declared(served, { channel: 'websocket' }), HOOK);
    const channel = { type: 'websocket', endpoint: HOOK, payload: 'application/fhir+json' };
    expect(served.writes).toEqual([{ ...COMMON, id: 's1', criteria: 'Patient', channel }]);
  });

  it.each([
    [{ channel: 'topic' }, 'R4', 'settings.topic'],
    [{ channel: 'rest-hook' }, 'R5', 'settings.channel topic'],
    [{ channel: 'websocket' }, 'R5', 'settings.channel topic'],
  ] as const)('not for %j with %s', async (settings, fhirVersion, said) => {
    const served = await serveSubscriptions();
    const refused = port.ensure(declared(served, settings, { fhirVersion }), HOOK);
    await expect(refused).rejects.toMatchObject({
      code: 'SOURCE.REFUSED',
      message: expect.stringContaining(said) as string,
    });
    expect(served.seen).toEqual([]);
  });
});

const WAYS: [string, Partial<SourceSettings>, Partial<SourceDeclaration>][] = [
  ['rest-hook', {}, {}],
  ['websocket', { channel: 'websocket' }, {}],
  ['topic of R4', { channel: 'topic', topic: TOPIC }, {}],
  ['topic of R5', { channel: 'topic', topic: TOPIC }, { fhirVersion: 'R5' }],
];

describe.each(WAYS)('of channel %s', (_way, settings, more) => {
  const two = { criteria: ['Patient', 'Observation?status=final'], ...more };

  it('is left as it is when it is right', async () => {
    const served = await serveSubscriptions();
    const source = declared(served, settings, two);
    const standings = await port.ensure(source, HOOK);
    expect(standings.map(({ criteria, status }) => [criteria, status])).toEqual(
      two.criteria.map((one) => [one, 'active']),
    );
    expect(served.writes).toHaveLength(2);
    expect(await port.ensure(source, HOOK)).toEqual(standings);
    expect(served.writes).toHaveLength(2);
  });

  it('is renewed when it ends too soon, and left when it does not', async () => {
    const served = await serveSubscriptions();
    const source = declared(served, settings, more);
    const [first] = await port.ensure(source, HOOK);
    const end = new Date(Date.now() + 3_600_000);
    served.held.set(first!.id, { ...served.held.get(first!.id)!, end: end.toISOString() });
    expect(await port.ensure(source, HOOK)).toEqual([{ ...first, end }]);
    expect(await port.ensure(source, HOOK, end)).toEqual([{ ...first, end }]);
    expect(served.writes).toHaveLength(1);
    expect(await port.ensure(source, HOOK, new Date(end.getTime() + 1))).toEqual([first]);
    expect(served.writes[1]).not.toHaveProperty('end');
  });

  it('takes the place of one of another channel, of which nothing is left', async () => {
    for (const [, before, otherwise] of WAYS) {
      const served = await serveSubscriptions();
      const [first] = await port.ensure(declared(served, before, otherwise), HOOK);
      const source = declared(served, settings, more);
      expect(await port.ensure(source, HOOK)).toMatchObject([{ id: first!.id, status: 'active' }]);
      const fresh = await serveSubscriptions();
      await port.ensure(declared(fresh, settings, more), HOOK);
      expect(served.held.get(first!.id)).toEqual(fresh.held.get('s1'));
    }
  });
});

describe('a channel without Subscriptions', () => {
  it.each(['polling', 'none'] as const)('%s switches off those that are left', async (channel) => {
    const served = await serveSubscriptions();
    await port.ensure(served.source, HOOK);
    expect(await port.ensure(declared(served, { channel }), HOOK)).toEqual([]);
    expect(served.held.get('s1')).toMatchObject({ status: 'off' });
  });

  it('needs no server that knows them', async () => {
    const served = await serve(json(404, ''));
    expect(await port.ensure(declared(served, { channel: 'polling' }), HOOK)).toEqual([]);
    await expect(port.ensure(served.source, HOOK)).rejects.toMatchObject({ code: 'SOURCE.REFUSED' });
  });
});

describe('check', () => {
  const held = { resourceType: 'Subscription', id: 's1', status: 'active', criteria: 'Patient', channel: {} };
  const parameters = {
    resourceType: 'Parameters',
    parameter: [
      { name: 'subscription', valueReference: { reference: 'Subscription/s1' } },
      { name: 'status', valueCode: 'error' },
      { name: 'events-since-subscription-start', valueString: '42' },
    ],
  };
  const status = { resourceType: 'SubscriptionStatus', status: 'error', eventsSinceSubscriptionStart: '42' };
  const bundle = (resource: object) => ({ resourceType: 'Bundle', type: 'searchset', entry: [{ resource }] });

  it.each([
    ['a Bundle of Parameters', bundle(parameters)],
    ['Parameters', parameters],
    ['a Bundle of SubscriptionStatus', bundle(status)],
    ['SubscriptionStatus', { ...status, eventsSinceSubscriptionStart: 42 }],
  ])('takes status and events from $status: %s', async (_what, answer) => {
    const served = await serve(inTurn(json(200, held), json(200, answer)));
    const source = declared(served, { channel: 'topic', topic: TOPIC });
    expect(await port.check(source, 's1')).toEqual({
      id: 's1',
      criteria: 'Patient',
      status: 'error',
      end: undefined,
      events: 42,
    });
    expect(served.seen).toEqual(['GET /fhir/Subscription/s1', 'GET /fhir/Subscription/s1/$status']);
  });

  it.each([400, 404, 405, 501])('reads where there is no $status (%i)', async (code) => {
    const served = await serve(inTurn(json(200, { ...held, end: '2030-01-01T00:00:00Z' }), json(code, '')));
    const source = declared(served, { channel: 'topic', topic: TOPIC });
    expect(await port.check(source, 's1')).toEqual({
      id: 's1',
      criteria: 'Patient',
      status: 'active',
      end: new Date('2030-01-01T00:00:00Z'),
      events: undefined,
    });
  });

  it.each([
    ['off', 'off'],
    ['entered-in-error', 'off'],
    ['no such status', 'error'],
  ])('a Subscription whose status is %s: %s', async (told, expected) => {
    const served = await serve(json(200, { ...held, status: told }));
    expect(await port.check(served.source, 's1')).toMatchObject({ status: expected });
  });

  it.each([404, 410])('says that it is gone (%i)', async (code) => {
    const served = await serve(json(code, ''));
    expect(await port.check(served.source, 's1')).toMatchObject({ id: 's1', status: 'gone' });
    await expect(port.check(served.source, '../Patient')).rejects.toMatchObject({ code: 'SOURCE.MALFORMED' });
  });
});
