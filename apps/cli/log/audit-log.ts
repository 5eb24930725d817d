import type { Check } from '../frame/check-lines.js';
import { checkSignatures, newestCheckpoint, type NotedCheckpoint } from './audit-checkpoint.js';
import type { AuditOptions } from './audit-options.js';
import { auditTree } from './audit-tree.js';
import { LogContradiction } from './log-contradiction.js';
import type { LogFiles } from './log-files.js';
import type { Progress } from './progress.js';

/** What an audit came to; the last check is the one that failed, if one did. */
export interface AuditResult {
  readonly consistent: boolean;
  readonly checkpoint: NotedCheckpoint;
  readonly checks: readonly Check[];
}

/**
 * Checks a log against itself, its keys and an earlier checkpoint, and stops at the first contradiction.
 * Throws LOG.UNREACHABLE; LOG.NOT_FOUND, NOTE.MALFORMED and CHECKPOINT.MALFORMED where no log is to be found.
 */
export async function auditLog(
  files: LogFiles,
  options: AuditOptions,
  progress: Progress,
): Promise<AuditResult> {
  const checkpoint = await newestCheckpoint(files);
  const checks: Check[] = [];
  try {
    for await (const check of audit(files, checkpoint, options, progress)) checks.push(check);
    return { consistent: true, checkpoint, checks };
  } catch (error) {
    if (!(error instanceof LogContradiction)) throw error;
    return { consistent: false, checkpoint, checks: [...checks, error.check] };
  } finally {
    progress.end();
  }
}

async function* audit(
  files: LogFiles,
  checkpoint: NotedCheckpoint,
  options: AuditOptions,
  progress: Progress,
): AsyncGenerator<Check, void, undefined> {
  const { keys, origin, from } = options;
  if (origin !== undefined) yield checkOrigin(checkpoint, origin, 'the origin that was asked for');
  yield checkSignatures('checkpoint signature', checkpoint, keys);
  if (from) {
    checkOrigin(checkpoint, from.origin, 'the origin of the earlier checkpoint');
    yield checkSignatures('earlier signature', from, keys);
    if (from.size > checkpoint.size)
      throw new LogContradiction(
        'AUDIT.SHRUNK',
        `the log has ${checkpoint.size} entries, and had ${from.size} before`,
      );
  }
  yield* auditTree(files, checkpoint, options, progress);
}

function checkOrigin({ origin }: NotedCheckpoint, wanted: string, what: string): Check {
  if (origin !== wanted)
    throw new LogContradiction('AUDIT.OTHER_ORIGIN', `the checkpoint is of ${origin}, not of ${what}`);
  return { name: 'origin', status: 'passed', detail: origin };
}
