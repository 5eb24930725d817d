import type { VerifierKey } from '#core';
import type { NotedCheckpoint } from './audit-checkpoint.js';

/** What to audit a log against. */
export interface AuditOptions {
  /** Keys that must have signed its checkpoint. */
  readonly keys: readonly VerifierKey[];
  readonly origin: string | undefined;
  /** An earlier checkpoint, which the log must extend. */
  readonly from: NotedCheckpoint | undefined;
  /** Whether to read only what came after the earlier checkpoint. */
  readonly onlyNew: boolean;
  /** Whether to compare the entries with their leaves. */
  readonly entries: boolean;
}
