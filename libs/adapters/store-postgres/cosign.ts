import { addSignatures } from '#core';
import type { LogHead } from '#ports';
import type { Transaction } from 'kysely';
import type { Tables } from './database.types.js';
import { toHead, type HeadRow } from './log-rows.js';
import { run } from './statements.js';

const LOCKED = `select size, root, note, signed_at from checkpoint where size = $1 for update`;
const COSIGN = `update checkpoint set note = $2, witnessed = witnessed or $3 where size = $1`;

/** Adds cosignatures in the given transaction: see {@link LogStore.cosign}. */
export async function cosign(
  transaction: Transaction<Tables>,
  size: number,
  lines: readonly string[],
  isWitnessed: (note: string) => boolean,
): Promise<LogHead | undefined> {
  const [row] = await run<HeadRow>(transaction, LOCKED, size);
  if (!row) return undefined;
  const note = addSignatures(row.note, lines);
  await run(transaction, COSIGN, size, note, isWitnessed(note));
  return toHead({ ...row, note });
}
