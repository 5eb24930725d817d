import { randomBytes } from 'node:crypto';
import { PostgresInbox } from '#adapters/store-postgres';
import { describeVersion, parseResource } from '#core';
import type { NewRecordVersion, Source } from '#ports';
import { Backlog } from '../product/backlog.js';
import type { BenchProduct } from '../product/bench-product.js';
import { nextVersion } from './copies.js';
import { observation } from './observation.js';

/** Record versions that one transaction stores. */
const BATCH = 1_000;
/** One in so many resources has a second version. */
const REVISED = 10;
/** Sequences as fast as it can. */
const HURRY = { ATTESTRY_LOG_CHECKPOINTINTERVALMS: '1', ATTESTRY_LOG_BATCH: '65536' };

/**
 * Fills a product with record versions of so many resources, and a tenth more of second versions, without HTTP and
 * jobs; a worker sequences them, and is stopped again.
 */
export async function loadRecords(product: BenchProduct, resources: number): Promise<number> {
  const inbox = new PostgresInbox(product.database);
  let loaded = 0;
  for (let from = 0; from < resources; from += BATCH) {
    const records = versionsOf(product.source, from, Math.min(BATCH, resources - from));
    // What is settled is an item; the record version was described right here, so nobody opens its body.
    const item = { sourceId: product.source.id, sealedBody: new Uint8Array(1) };
    const ids = await inbox.accept(records.map(() => item));
    await inbox.settle(
      records.map((record, at) => ({ itemId: ids[at]!, outcome: 'stored', records: [record] })),
    );
    loaded += records.length;
  }
  await product.startWorker(HURRY);
  await new Backlog(product.database).untilLogHas(loaded);
  await product.stopService('worker');
  return loaded;
}

function versionsOf(source: Source, from: number, count: number): NewRecordVersion[] {
  const numbers = Array.from({ length: count }, (_, at) => from + at);
  return numbers.flatMap((number) => {
    const first = observation(number);
    const all = number % REVISED === 0 ? [first, nextVersion(first)] : [first];
    return all.map((resource) => {
      const recordSalt = randomBytes(32);
      const described = describeVersion({
        source: source.base,
        fhirVersion: '4.0.1',
        resource: parseResource(JSON.stringify(resource)),
        interaction: 'update',
        observed: new Date(),
        recordSalt,
      });
      return {
        sourceId: source.id,
        recordSalt,
        ...described,
        obtained: 'notified',
        warnings: [],
        leavesUnder: undefined,
        expectsPredecessor: false,
      };
    });
  });
}
