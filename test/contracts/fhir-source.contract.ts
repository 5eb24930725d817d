import { createHmac, randomUUID } from 'node:crypto';
import type { FhirSource, Source, SourceAuthentication, SourceSubscriptions } from '#ports';
import {
  eventually,
  startReceiver,
  type WebhookReceiver,
} from '../../apps/sandbox/testing/webhook-receiver.js';
import { aSource } from '../support/a-source.js';

/** A FHIR R4 server that delivers Subscriptions, and the adapters that ask it. */
export interface FhirSourceHarness {
  readonly base: string;
  readonly port: FhirSource;
  readonly subscriptions: SourceSubscriptions;
  close(): Promise<void>;
}

const FHIR = { 'content-type': 'application/fhir+json' };
const HMAC: SourceAuthentication = { kind: 'hmac', secret: 'the secret of this source' };

interface StoredSubscription {
  readonly id: string;
  readonly status: string;
  readonly criteria: string;
  readonly channel: { readonly payload?: string; readonly header?: readonly string[] };
  readonly extension?: readonly { readonly url: string; readonly valueString: string }[];
}

/** What every adapter of the port FhirSource promises, shown against a real server. */
export function fhirSourceContract(name: string, start: () => Promise<FhirSourceHarness>): void {
  describe(`FhirSource: ${name}`, () => {
    let harness: FhirSourceHarness;
    let receiver: WebhookReceiver;
    beforeAll(async () => (harness = await start()));
    afterAll(() => harness.close());
    beforeEach(async () => (receiver = await startReceiver()));
    afterEach(() => receiver.close());

    const source = (criteria: readonly string[] = [], authentication = HMAC): Source =>
      aSource(harness.base, { authentication, criteria });
    const url = (path: string) => `${harness.base}/${path}`;
    const put = (path: string, body: string) => fetch(url(path), { method: 'PUT', headers: FHIR, body });
    const patient = (id: string, more = '') => `{"resourceType":"Patient","id":"${id}"${more}}`;
    const read = (type: string, id: string) => harness.port.read(source(), type, id);
    const ensure = async (of: Source, endpoint: string): Promise<string[]> =>
      (await harness.subscriptions.ensure(of, endpoint)).map(({ id }) => id);
    const subscribe = (...criteria: string[]) => ensure(source(criteria), receiver.endpoint);

    async function subscriptions(): Promise<StoredSubscription[]> {
      const found = await fetch(url(`Subscription?url=${encodeURIComponent(receiver.endpoint)}`));
      const { entry = [] } = (await found.json()) as { entry?: { resource: StoredSubscription }[] };
      return entry.map(({ resource }) => resource);
    }

    describe('read', () => {
      it('answers the bytes as received, number tokens included', async () => {
        const id = randomUUID();
        await put(
          `Observation/${id}`,
          `{"resourceType":"Observation","id":"${id}","status":"final","v":[1.00,1e2,-0]}`,
        );
        const answer = await read('Observation', id);
        const served = await (await fetch(url(`Observation/${id}`))).arrayBuffer();
        expect(answer).toEqual({ state: 'present', body: Buffer.from(served) });
        expect(Buffer.from(served).toString()).toContain('[1.00,1e2,-0]');
      });

      it('answers a deletion with the version and time that it made, and what comes after it', async () => {
        const id = randomUUID();
        await put(`Patient/${id}`, patient(id));
        await put(`Patient/${id}`, patient(id, ',"active":true'));
        const before = Date.now();
        await fetch(url(`Patient/${id}`), { method: 'DELETE' });
        const answer = await read('Patient', id);
        expect(answer).toMatchObject({ state: 'deleted', versionId: '3' });
        const at = Date.parse((answer as { lastUpdated: string }).lastUpdated);
        expect(at).toBeGreaterThanOrEqual(before);
        expect(at).toBeLessThanOrEqual(Date.now());
        await put(`Patient/${id}`, patient(id));
        expect(await read('Patient', id)).toMatchObject({ state: 'present' });
      });

      it('answers that a resource is unknown', async () => {
        expect(await read('Patient', randomUUID())).toEqual({ state: 'unknown' });
      });

      it.each([
        ['Patient', '../Observation/1'],
        ['Patient', '..'],
        ['Patient', 'a?_format=xml'],
        ['Patient', ''],
        ['Patient', 'a'.repeat(65)],
        ['patient', 'a'],
        ['Patient/1', 'a'],
        ['http://elsewhere', 'a'],
      ])('asks for no %s/%s', async (type, id) => {
        await expect(read(type, id)).rejects.toMatchObject({ code: 'SOURCE.MALFORMED', advice: 'stop' });
      });
    });

    describe('subscribe', () => {
      it('has every change delivered, signed with the secret', async () => {
        const ids = await subscribe('Patient');
        expect(ids).toHaveLength(1);
        const id = randomUUID();
        await put(`Patient/${id}`, patient(id, ',"v":1.00'));
        const [notification] = await receiver.waitFor(1);
        expect(notification?.body.toString()).toContain('"v":1.00');
        const { secret } = HMAC;
        const expected = createHmac('sha256', secret)
          .update(notification?.body ?? '')
          .digest('hex');
        expect(notification?.headers['x-signature']).toBe(expected);
      });

      it('sends a secret header to sources that cannot sign', async () => {
        const authentication = { kind: 'header', header: 'X-Source-Secret', secret: 'abc def' } as const;
        await ensure(source(['Patient'], authentication), receiver.endpoint);
        const id = randomUUID();
        await put(`Patient/${id}`, patient(id));
        const [notification] = await receiver.waitFor(1);
        expect(notification?.headers['x-source-secret']).toBe('abc def');
        expect(notification?.headers).not.toHaveProperty('x-signature');
      });

      it('changes nothing when all is as it should be', async () => {
        const ids = await subscribe('Patient', 'Observation?status=final', 'Patient');
        expect(new Set(ids).size).toBe(2);
        const before = await subscriptions();
        expect(await subscribe('Patient', 'Observation?status=final')).toEqual(ids);
        expect(await subscriptions()).toEqual(before);
        expect(before.map(({ status }) => status)).toEqual(['active', 'active']);
      });

      it.each(['off', 'error'])('activates again one whose status is %s', async (status) => {
        const [id] = await subscribe('Patient');
        const [stored] = await subscriptions();
        await put(`Subscription/${id!}`, JSON.stringify({ ...stored, status }));
        expect(await subscribe('Patient')).toEqual([id]);
        expect(await subscriptions()).toMatchObject([{ id, status: 'active' }]);
      });

      it.each([
        [
          'another secret',
          {
            extension: [
              {
                url: 'https://www.medplum.com/fhir/StructureDefinition/subscription-secret',
                valueString: 'old',
              },
            ],
          },
        ],
        ['no secret', { extension: undefined }],
        ['a header that was not asked for', { channel: { header: ['X-Old: 1'] } }],
        ['no payload', { channel: { payload: undefined } }],
        ['an end', { end: '2020-01-01T00:00:00Z' }],
      ])('mends one that has %s', async (_what, drift) => {
        const [id] = await subscribe('Patient');
        const [stored] = await subscriptions();
        const channel = { ...stored!.channel, ...('channel' in drift && drift.channel) };
        const foreign = { url: 'http://example.org/kept', valueString: 'kept' };
        const extension =
          'extension' in drift ? [...(drift.extension ?? []), foreign] : [...stored!.extension!, foreign];
        await put(`Subscription/${id!}`, JSON.stringify({ ...stored, ...drift, channel, extension }));
        expect(await subscribe('Patient')).toEqual([id]);
        const [mended] = await subscriptions();
        expect(mended).toMatchObject({ status: 'active', channel: stored!.channel });
        expect(mended).not.toHaveProperty('end');
        expect(mended?.channel).not.toHaveProperty('header');
        expect(mended?.extension).toHaveLength(3);
        expect(mended?.extension).toEqual(expect.arrayContaining([...stored!.extension!, foreign]));
      });

      it('switches off doubles and criteria that are no longer declared', async () => {
        const [kept] = await subscribe('Patient', 'Observation');
        const [stored] = (await subscriptions()).filter(({ id }) => id === kept);
        await fetch(url('Subscription'), {
          method: 'POST',
          headers: FHIR,
          body: JSON.stringify({ ...stored, id: undefined, status: 'requested' }),
        });
        const [again] = await subscribe('Patient');
        const states = (await subscriptions()).map(({ id, status }) => [id === again, status]).sort();
        expect(states).toEqual([
          [false, 'off'],
          [false, 'off'],
          [true, 'active'],
        ]);
      });

      it('leaves Subscriptions to other endpoints alone', async () => {
        const other = await startReceiver();
        await ensure(source(['Patient']), other.endpoint);
        await ensure(source(['Patient']), `${receiver.endpoint}/longer`);
        await subscribe('Patient');
        expect(await subscribe()).toEqual([]);
        const id = randomUUID();
        await put(`Patient/${id}`, patient(id));
        await other.waitFor(1);
        await eventually(() => receiver.received.length === 1, 'the longer endpoint');
        await other.close();
      });

      it('says that the source refuses criteria', async () => {
        await expect(subscribe('NoSuchType')).rejects.toMatchObject({
          code: 'SOURCE.REFUSED',
          advice: 'stop',
        });
      });
    });

    it('says that the source is unavailable when nothing listens', async () => {
      const gone = await startReceiver();
      await gone.close();
      const nowhere = { ...source(['Patient']), base: gone.endpoint };
      const unavailable = { name: 'PortError', code: 'SOURCE.UNAVAILABLE', advice: 'retry' };
      await expect(harness.port.read(nowhere, 'Patient', 'a')).rejects.toMatchObject(unavailable);
      await expect(ensure(nowhere, receiver.endpoint)).rejects.toMatchObject(unavailable);
    });
  });
}
