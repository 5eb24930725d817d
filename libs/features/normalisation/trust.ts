import type { NotificationHint, Obtained, Source, Via } from '#ports';

/** How content is obtained that is used as a channel brought it. */
const OBTAINED: Readonly<Record<Via, Obtained>> = {
  'rest-hook': 'notified',
  topic: 'notified',
  websocket: 'notified',
  events: 'notified',
  history: 'history',
  search: 'search',
  import: 'import',
  export: 'export',
};

/** What may be made of one delivery (docs/adr/0011-what-is-trusted.md). */
export interface Trust {
  /** How content is obtained that is used as it came; undefined where it has to be read again at its source. */
  readonly content: Obtained | undefined;
  /** The same for deletions. */
  readonly deletions: Obtained | undefined;
  /** Whether the version before one of these should be on record. */
  readonly expectsPredecessor: boolean;
}

/**
 * The source's own answers to us, and files, say what it holds. What is sent to us says it where it is signed; a
 * deletion never, since a signature does not cover which resource it is of.
 */
export function trustIn(
  { via = 'rest-hook', signed = false, named }: NotificationHint,
  { settings }: Source,
): Trust {
  const obtained = OBTAINED[via];
  const isSent = via === 'rest-hook' || via === 'topic';
  // What the history of one resource lacks is not there any more: asking for it again would never end.
  const isWholeHistory = via === 'history' && named !== undefined;
  const asItCame = obtained !== 'notified' || (settings.bodies === 'signed' && (signed || !isSent));
  return {
    content: asItCame ? obtained : undefined,
    deletions: obtained === 'notified' ? undefined : obtained,
    expectsPredecessor: via !== 'import' && via !== 'export' && !isWholeHistory,
  };
}
