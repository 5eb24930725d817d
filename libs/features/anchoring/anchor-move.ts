import type { Anchor, AnchorFacts, AnchorState, AnchorStatus } from '#ports';

/** Where an anchor is to be moved. */
export interface AnchorMove {
  readonly state: AnchorState;
  readonly facts?: AnchorFacts;
  readonly error?: string;
}

/**
 * What its ledger's answer means for an anchor; undefined when that is on record. A chain may undo its newest blocks:
 * then an included anchor waits again, or is found in another block.
 */
export function moveOf(anchor: Anchor, status: AnchorStatus): AnchorMove | undefined {
  switch (status.state) {
    case 'unknown':
    case 'submitted':
      return anchor.state === 'submitted' ? undefined : { state: 'submitted' };
    case 'included':
    case 'final':
      return anchor.state === status.state && agree(anchor.facts, status.facts) ? undefined : status;
    case 'failed':
      return { state: 'failed', error: status.code };
  }
}

function agree(known: AnchorFacts | undefined, facts: AnchorFacts): boolean {
  return Object.entries(facts).every(([name, value]) => known?.[name] === value);
}
