import { sql } from 'kysely';
import type { Database } from '#adapters/store-postgres';
import { leafHash, toHex, treeHash } from '#core';
import type { LogObserver } from './log-observer.js';

/** Every record version is one entry. */
export async function loggedOnce(db: Database): Promise<void> {
  const { rows } = await sql<{ records: number; entries: number }>`
    select (select count(*) from record) as records,
      (select count(distinct record_id) from entry) as entries`.execute(db);
  expect(rows[0]!.entries).toBe(rows[0]!.records);
}

/** Every checkpoint ever seen is over a prefix of the same entries, and no entry stands twice. */
export async function expectOneTree(observer: LogObserver, seed: number): Promise<void> {
  const checkpoints = [...observer.seen.values()];
  const entries = await observer.entries(Math.max(...checkpoints.map(({ size }) => size)));
  expect(new Set(entries.map(toHex)).size).toBe(entries.length);
  const leaves = entries.map((entry) => leafHash(entry));
  for (const { size, root } of checkpoints)
    expect({ seed, size, root: toHex(treeHash(leaves.slice(0, size))) }).toEqual({
      seed,
      size,
      root: toHex(root),
    });
  expect(new Set(checkpoints.map(({ size }) => size)).size).toBe(checkpoints.length);
}
