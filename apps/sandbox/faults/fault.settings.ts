import { z } from 'zod';

const probability = z.number().min(0).max(1).default(0);
const milliseconds = z.int().min(0).max(3_600_000).default(0);

const schema = z.strictObject({
  /** Where the dice start: the same seed, the same faults in the same order of requests. */
  seed: z.int().min(0).max(0xffff_ffff).default(1),
  /** A notification is never sent. */
  drop: probability,
  /** A notification is sent once more, later. */
  repeat: probability,
  /** A notification is held back and sent after later ones. */
  reorder: probability,
  /** A notification waits up to so many milliseconds before each try. */
  delayMs: milliseconds,
  /** The event numbers of a topic-based Subscription begin anew. */
  resetNumbers: probability,
  /** A version that is no longer current when its turn comes is not sent, as Medplum does with retries. */
  loseIntermediate: probability,
  /** Nothing is said of a deletion. */
  hideDeletes: probability,
  /** A read, search or history is answered 429 with Retry-After. */
  answer429: probability,
  /** What Retry-After says, in seconds. */
  retryAfterS: z.int().min(0).max(3600).default(1),
  /** A read, search or history is answered 500. */
  answer500: probability,
  /** The connection ends in the middle of an answer; a WebSocket is closed instead of being sent an event. */
  cutConnections: probability,
  /** A resource is served with other content than its version has. */
  forgeContent: probability,
  /** `Type/id` of resources that are always served so. */
  forge: z.array(z.string().regex(/^[A-Za-z]+\/[A-Za-z0-9\-.]{1,64}$/)).default([]),
  /** History of a type or of everything does not show what is younger than so many milliseconds, as HAPI's may. */
  historyLagMs: milliseconds,
});

/** How the sandbox misbehaves. Probabilities are between 0 and 1. */
export type FaultSettings = z.output<typeof schema>;

/** Those that are left out do not happen. */
export type FaultOptions = z.input<typeof schema>;

/** What can go wrong: every member of the settings that is not a detail of another. */
export type FaultName = Exclude<keyof FaultSettings, 'seed' | 'retryAfterS' | 'forge'>;

export const FAULT_NAMES = Object.keys(schema.shape).filter(
  (name) => name !== 'seed' && name !== 'retryAfterS' && name !== 'forge',
) as readonly FaultName[];

/** Throws TypeError, whose message names the member that is wrong. */
export function readFaults(value: unknown): FaultSettings {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const said = result.error.issues.map(({ path, message }) => [...path, message].join(': '));
  throw new TypeError(`faults: ${said.join('; ')}`);
}
