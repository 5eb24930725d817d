import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Resource } from '@medplum/fhirtypes';
import { startSandbox } from '../index.js';
import { startReceiver } from '../testing/webhook-receiver.js';
import { chooseExamples } from './example-loader.js';

const folder = dirname(createRequire(import.meta.url).resolve('hl7.fhir.r4.examples/package.json'));

describe('the examples', () => {
  it('are diverse, the same each time, and never a Subscription', () => {
    const chosen = chooseExamples(50);
    expect(chosen).toEqual(chooseExamples(50));
    expect(new Set(chosen).size).toBe(50);
    expect(new Set(chosen.map((name) => name.split('-')[0])).size).toBe(30);
    expect(chooseExamples(9999).filter((name) => name.startsWith('Subscription'))).toEqual([]);
  });

  it('keep their ids and every number token, and are announced', async () => {
    const sandbox = await startSandbox();
    const receiver = await startReceiver();
    try {
      await fetch(`${sandbox.base}/Subscription`, {
        method: 'POST',
        headers: { 'content-type': 'application/fhir+json' },
        body: JSON.stringify({
          resourceType: 'Subscription',
          status: 'requested',
          reason: 'test',
          criteria: 'Claim',
          channel: { type: 'rest-hook', endpoint: receiver.endpoint, payload: 'application/fhir+json' },
        }),
      });
      const loaded = await fetch(new URL('/sandbox/examples?count=300', sandbox.base), { method: 'POST' });
      const references = ((await loaded.json()) as { loaded: string[] }).loaded;
      expect(references).toHaveLength(300);
      const claims = references.filter((reference) => reference.startsWith('Claim/'));
      await receiver.waitFor(claims.length);
      for (const [index, name] of chooseExamples(300).entries()) {
        const stored = await (await fetch(`${sandbox.base}/${references[index]!}`)).text();
        expect([name, numbers(stored)]).toEqual([name, numbers(readFileSync(join(folder, name), 'utf8'))]);
      }
    } finally {
      await receiver.close();
      await sandbox.close();
    }
  });

  it('that are held already stay as they are and are announced again; a deleted one comes back', async () => {
    const sandbox = await startSandbox({ load: 30 });
    const receiver = await startReceiver();
    const headers = { 'content-type': 'application/fhir+json' };
    const put = (path: string, resource: object) =>
      fetch(`${sandbox.base}/${path}`, { method: 'PUT', headers, body: JSON.stringify(resource) });
    try {
      const [first = '', second = '', third = ''] = await sandbox.load(3);
      const [resourceType, id] = first.split('/');
      await put(first, { resourceType, id });
      await fetch(`${sandbox.base}/${second}`, { method: 'DELETE' });
      await put('Subscription/s', {
        resourceType: 'Subscription',
        id: 's',
        status: 'requested',
        criteria: third.split('/')[0],
        channel: { type: 'rest-hook', endpoint: receiver.endpoint, payload: 'application/fhir+json' },
      });
      expect(await sandbox.load(3)).toEqual([first, second, third]);
      const versions = await Promise.all(
        [first, second, third].map(async (path) => {
          const resource = (await (await fetch(`${sandbox.base}/${path}`)).json()) as Resource;
          return resource.meta?.versionId;
        }),
      );
      expect(versions).toEqual(['2', '3', '1']);
      const [announced] = await receiver.waitFor(1);
      expect(announced?.body.toString()).toBe(await (await fetch(`${sandbox.base}/${third}`)).text());
    } finally {
      await receiver.close();
      await sandbox.close();
    }
  });

  it('are loaded by a count and by nothing else', async () => {
    const sandbox = await startSandbox({ load: 5 });
    try {
      const bundle = (await (await fetch(`${sandbox.base}/_history`)).json()) as { total: number };
      expect(bundle.total).toBe(5);
      for (const query of ['', '?count=-1', '?count=many'])
        expect(
          (await fetch(new URL(`/sandbox/examples${query}`, sandbox.base), { method: 'POST' })).status,
        ).toBe(400);
    } finally {
      await sandbox.close();
    }
  });
});

/** Number tokens of a JSON text, by a scan that shares nothing with the server. */
function numbers(json: string): string[] {
  return (
    json
      .replace(/"(?:[^"\\]|\\.)*"/g, '""')
      .match(/-?\d[\d.eE+-]*/g)
      ?.sort() ?? []
  );
}
