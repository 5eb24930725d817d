import { randomUUID } from 'node:crypto';
import { FhirRestSource, FhirRestSubscriptions, SourceTransport } from '#adapters/fhir-rest';
import type { FhirVersion, SourceDeclaration } from '#ports';
import { startSandbox, type Sandbox } from '../../apps/sandbox/index.js';
import { startReceiver, type WebhookReceiver } from '../../apps/sandbox/testing/webhook-receiver.js';
import { aSource } from '../support/a-source.js';

const SHAPES = [
  ['R4', 'r4'],
  ['R4B', 'r4b'],
  ['R5', 'r5'],
] as const;

describe.each(SHAPES)('topic-based Subscriptions of %s', (fhirVersion: FhirVersion, notificationShape) => {
  let sandbox: Sandbox;
  let receiver: WebhookReceiver;
  let transport: SourceTransport;
  let port: FhirRestSubscriptions;
  beforeAll(async () => {
    sandbox = await startSandbox({ delivery: { backoffMs: 10 }, notificationShape });
    receiver = await startReceiver();
    transport = new SourceTransport();
    port = new FhirRestSubscriptions(transport);
  });
  afterAll(async () => {
    await transport.close();
    await receiver.close();
    await sandbox.close();
  });

  const source = (more: Partial<SourceDeclaration> = {}) =>
    aSource(sandbox.base, {
      fhirVersion,
      criteria: more.criteria ?? ['Patient?active=true'],
      settings: { channel: 'topic', topic: 'http://example.org/topic/changes', content: 'id-only' },
    });
  const put = (resource: { resourceType: string; id: string }) =>
    fetch(`${sandbox.base}/${resource.resourceType}/${resource.id}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/fhir+json' },
      body: JSON.stringify(resource),
    });

  it('shake hands, deliver what the criterion says, count it, and answer it again by number', async () => {
    const [standing] = await port.ensure(source(), receiver.endpoint);
    expect(standing).toMatchObject({ criteria: 'Patient?active=true', status: 'active' });
    await receiver.waitFor(1);
    const id = randomUUID();
    await put({ resourceType: 'Patient', id, ...{ active: false } });
    await put({ resourceType: 'Patient', id, ...{ active: true } });
    const [handshake, event] = await receiver.waitFor(2);
    expect(handshake?.body.toString()).toContain('handshake');
    expect(event?.body.toString()).toContain(`Patient/${id}`);
    expect(await port.check(source(), standing!.id)).toMatchObject({ status: 'active', events: 1 });
    const pages: string[] = [];
    for await (const { body } of new FhirRestSource(transport).events(source(), standing!.id, 1, 1))
      pages.push(Buffer.from(body).toString());
    expect(pages).toHaveLength(1);
    expect(pages[0]).toContain(`Patient/${id}`);
    expect(await port.ensure(source(), receiver.endpoint)).toEqual([standing]);
    expect(receiver.received).toHaveLength(2);
  });
});
