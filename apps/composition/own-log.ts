import { openCheckpoint, parseVerifierKey } from '#core';
import { PortError, type CheckpointSigner, type LogStore } from '#ports';

/**
 * The log of a database, once it is sure that these keys sign it under this origin. With the keys of another
 * installation, or another origin, its next checkpoint would be one that nobody who trusts the log can open.
 * Throws PortError KEYS.OTHER_LOG.
 */
export async function ownLog<Log extends LogStore>(log: Log, { note }: CheckpointSigner): Promise<Log> {
  const head = await log.head();
  if (head && !opens(head.note, note.verifierKey))
    throw new PortError(
      'KEYS.OTHER_LOG',
      `the log in this database was not signed as ${note.name} by the key in this data folder`,
      'stop',
    );
  return log;
}

function opens(checkpoint: string, verifierKey: string): boolean {
  try {
    openCheckpoint(checkpoint, [parseVerifierKey(verifierKey)]);
    return true;
  } catch {
    return false;
  }
}
