import { announceNotification, isNotification, parseResource, type Announcement, type Change } from '#core';
import { refusalOf } from '../testing/refusal.js';

const BASE = 'https://fhir.example.org/r4';
const parsed = (bundle: object) => parseResource(JSON.stringify(bundle));
const announced = (bundle: object): Announcement =>
  announceNotification(parsed(bundle), { base: BASE, copies: 'named' });
const namesOf = (changes: readonly Change[]): string[] =>
  changes.map((change) => {
    if (change.kind === 'unreadable') return change.code;
    if (change.kind !== 'content') return [change.kind, change.type, change.id, change.version].join(' ');
    const { type, id, versionId } = change.resource;
    return [change.kind, type, id, versionId].join(' ');
  });

type Event = { readonly number: number | string; readonly focus?: string };

/** https://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition-backport-subscription-status-r4.html */
const r4 = (type: string, events: readonly Event[] = [], entries: readonly object[] = []) => ({
  resourceType: 'Bundle',
  type: 'history',
  entry: [
    {
      fullUrl: 'urn:uuid:b0bf7154-6967-4f27-b0bf-71546967af2a',
      resource: {
        resourceType: 'Parameters',
        id: 'b0bf7154-6967-4f27-b0bf-71546967af2a',
        parameter: [
          { name: 'subscription', valueReference: { reference: `${BASE}/Subscription/s1` } },
          { name: 'topic', valueCanonical: 'http://example.org/topic' },
          { name: 'status', valueCode: 'active' },
          { name: 'type', valueCode: type },
          { name: 'events-since-subscription-start', valueString: '310' },
          ...events.map(({ number, focus }) => ({
            name: 'notification-event',
            part: [
              { name: 'event-number', valueString: String(number) },
              { name: 'timestamp', valueInstant: '2026-01-02T03:04:05Z' },
              ...(focus === undefined ? [] : [{ name: 'focus', valueReference: { reference: focus } }]),
            ],
          })),
        ],
      },
      request: { method: 'GET', url: `${BASE}/Subscription/s1/$status` },
      response: { status: '200' },
    },
    ...entries,
  ],
});

/** SubscriptionStatus: numbers in R4B, strings (integer64) in R5. */
const status = (
  bundleType: string,
  type: string,
  events: readonly Event[] = [],
  entries: readonly object[] = [],
) => ({
  resourceType: 'Bundle',
  type: bundleType,
  entry: [
    {
      resource: {
        resourceType: 'SubscriptionStatus',
        status: 'active',
        type,
        eventsSinceSubscriptionStart: bundleType === 'history' ? 310 : '310',
        subscription: { reference: 'Subscription/s1' },
        notificationEvent: events.map(({ number, focus }) => ({
          eventNumber: number,
          ...(focus === undefined ? {} : { focus: { reference: focus } }),
        })),
      },
    },
    ...entries,
  ],
});

const FORMS = [
  ['R4 Backport', r4],
  ['R4B', status.bind(undefined, 'history')],
  ['R5', status.bind(undefined, 'subscription-notification')],
] as const;

describe.each(FORMS)('a notification of %s', (_form, bundle) => {
  it.each(['handshake', 'heartbeat', 'query-status'] as const)('%s tells of no change', (kind) => {
    expect(announced(bundle(kind))).toEqual({
      changes: [],
      unspecified: false,
      notice: { kind, subscription: 's1', status: 'active', events: [], eventsSinceStart: 310 },
    });
  });

  it('that is empty has the source asked', () => {
    const { changes, unspecified, notice } = announced(
      bundle('event-notification', [{ number: 309 }, { number: '310' }]),
    );
    expect([changes, unspecified, notice?.events]).toEqual([[], true, [309, 310]]);
  });

  it('with ids names what changed, relative, absolute or versioned, each once', () => {
    const focuses = [
      'Patient/1',
      `${BASE}/Patient/2`,
      'Patient/3/_history/7',
      'Patient/1',
      'http://proxy/Patient/4',
    ];
    const { changes, unspecified } = announced(
      bundle(
        'event-notification',
        focuses.map((focus, number) => ({ number, focus })),
      ),
    );
    expect(unspecified).toBe(false);
    expect(namesOf(changes)).toEqual([
      'named Patient 1 ',
      'named Patient 2 ',
      'named Patient 3 7',
      'named Patient 4 ',
    ]);
  });

  it('with resources takes them, and names only the focuses that came without', () => {
    const carried = { resourceType: 'Patient', id: '1', meta: { versionId: '5' } };
    const { changes } = announced(
      bundle(
        'event-notification',
        ['Patient/1', 'Patient/2', 'Patient/3'].map((focus, number) => ({ number, focus })),
        [
          { fullUrl: `${BASE}/Patient/1`, resource: carried },
          {
            fullUrl: `${BASE}/Patient/2`,
            request: { method: 'DELETE', url: 'Patient/2' },
            response: { status: '204', etag: 'W/"9"' },
          },
        ],
      ),
    );
    expect(namesOf(changes)).toEqual(['content Patient 1 5', 'deletion Patient 2 9', 'named Patient 3 ']);
  });

  it('of a kind that does not exist is refused', () => {
    expect(refusalOf(() => announced(bundle('poem')))).toBe('NOTICE.MALFORMED');
  });

  it('keeps a focus that names nothing as a part of its own', () => {
    const focus = 'urn:uuid:1';
    const { changes } = announced(bundle('event-notification', [{ number: 1, focus }]));
    expect(changes).toMatchObject([{ kind: 'unreadable', code: 'NOTICE.MALFORMED' }]);
  });
});

it('is known by its first entry', () => {
  expect(isNotification(parsed(r4('handshake')))).toBe(true);
  expect(isNotification(parsed(status('history', 'handshake')))).toBe(true);
  for (const entry of [[], [{ resource: { resourceType: 'Parameters' } }], [{ resource: { id: 'x' } }], [5]])
    expect(isNotification(parsed({ resourceType: 'Bundle', type: 'history', entry }))).toBe(false);
  expect(isNotification(parsed({ resourceType: 'Patient', id: '1' }))).toBe(false);
});
