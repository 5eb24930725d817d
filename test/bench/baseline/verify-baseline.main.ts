import {
  connectDatabase,
  PostgresAnchorStore,
  PostgresLogStore,
  PostgresRecordStore,
  PostgresSourceRegistry,
} from '#adapters/store-postgres';
import { loadKeys } from '#adapters/keys-file';
import {
  elementLeaves,
  equalBytes,
  exactElements,
  parseResource,
  referencedBases,
  viewDigests,
  type FhirResource,
} from '#core';
import { loadServerConfig } from '#platform';
import type { DigestQuery, StoredRecord } from '#ports';
import { plainServer, serve } from './serve.js';

/**
 * What `verify` is compared with: the same core and the same stores on plain Fastify, but every request asks the
 * database for itself.
 */
const config = loadServerConfig();
const { sealer } = await loadKeys(config.data, config.log.origin);
const database = connectDatabase({ url: config.database.url, poolSize: config.database.poolSize });
const sources = new PostgresSourceRegistry(database, sealer);
const records = new PostgresRecordStore(database);
const log = new PostgresLogStore(database);
const anchors = new PostgresAnchorStore(database);

const server = plainServer();
server.post('/v1/verify', async (request) => {
  const resource = parseResource(request.body as Buffer);
  const [found] = await records.match([await digestsOf(resource)]);
  const progress = { head: await log.head(), ledgers: await anchors.progress() };
  if (found?.view === 'exact') return { match: 'exact', ...found, ...progress };
  const [record] = found ? await records.open([found.record.recordId]) : await versionsOf(resource);
  if (!record) return { match: 'none' };
  return { match: found?.view ?? 'partial', record, ...progress, ...compare(resource, record) };
});
await serve(server);

async function digestsOf(resource: FhirResource): Promise<DigestQuery> {
  const { exact, portable } = viewDigests(resource);
  const bases = (await sources.list()).map(({ base }) => base);
  const others = referencedBases(resource, bases).map((base) => viewDigests(resource, base).portable);
  return { exact, portable: [portable, ...others], type: resource.type, id: resource.id };
}

async function versionsOf({ type, id }: FhirResource): Promise<readonly StoredRecord[]> {
  const known = await records.versions({ type, id: id ?? '', limit: 20 });
  return records.open(known.map(({ recordId }) => recordId));
}

function compare(resource: FhirResource, record: StoredRecord): { differing: readonly string[] } {
  const held = new Map(record.elements.map(({ name, leaf }) => [name, leaf]));
  const leaves = elementLeaves(exactElements(resource), record.recordSalt);
  const differing = leaves.filter(({ name, leaf }) => !equalBytes(held.get(name) ?? new Uint8Array(), leaf));
  return { differing: differing.map(({ name }) => name) };
}
