/** How changes of a source reach us; with `none` only files, exports and reconciliation bring them. */
export type SourceChannel = 'rest-hook' | 'topic' | 'websocket' | 'polling' | 'none';

/** What a source's event numbers are worth: whether a number that is missing, or comes again, means anything. */
export type EventNumbering =
  /** Counts up by one for each event, for the life of the Subscription. */
  | 'monotonic'
  /** The same, but begins again when the server restarts (HAPI). */
  | 'resetting'
  /** Counts within each Bundle (athenahealth). */
  | 'per-bundle'
  /** Always the same number (Medplum). */
  | 'constant';

/** How one source is listened to, asked and watched. */
export interface SourceSettings {
  readonly channel: SourceChannel;
  /** Canonical URL of the SubscriptionTopic that channel `topic` subscribes to. */
  readonly topic?: string | undefined;
  /** What notifications of channel `topic` are asked to carry. */
  readonly content: 'empty' | 'id-only' | 'full-resource';
  readonly numbering: EventNumbering;
  /** Whose bodies are hashed as they came: `signed` those under a valid HMAC, `never` none; others are read again. */
  readonly bodies: 'signed' | 'never';
  /** Structure validation; what fails `reject` becomes a dead letter. */
  readonly validation: 'off' | 'warn' | 'reject';
  /** Further base URLs that may be contacted: token endpoints, export files. */
  readonly allowedBases: readonly string[];
  /** Host names, or addresses, that may lie in private address ranges. */
  readonly privateHosts: readonly string[];
  /** For each request, in milliseconds. */
  readonly timeoutMs: number;
  /** Requests under way at once, in each process. */
  readonly parallelRequests: number;
  /** Pause between two looks of channel `polling`. */
  readonly pollEveryMs: number;
  /** Pause between two reconciliations. */
  readonly reconcileEveryMs: number;
  /** How far each window reaches back before the end of the one before it. */
  readonly reconcileOverlapMs: number;
  /** Pause between two looks at the Subscriptions. */
  readonly superviseEveryMs: number;
  /** Silence after which a Subscription that has heartbeats is taken to be broken. */
  readonly heartbeatMs: number;
  /** Resources that the drift watch reads again in a minute, at most; 0 switches it off. */
  readonly driftPerMinute: number;
  /** Days within which each resource is to be checked once. */
  readonly driftDays: number;
}

/** What a declaration says of its settings. */
export type DeclaredSettings = { readonly [K in keyof SourceSettings]?: SourceSettings[K] | undefined };

const MINUTE_MS = 60_000;

/** What holds where a declaration says nothing. */
export const SOURCE_DEFAULTS: SourceSettings = {
  channel: 'rest-hook',
  content: 'id-only',
  numbering: 'monotonic',
  bodies: 'signed',
  validation: 'off',
  allowedBases: [],
  privateHosts: [],
  timeoutMs: 10_000,
  parallelRequests: 8,
  pollEveryMs: 10_000,
  reconcileEveryMs: 15 * MINUTE_MS,
  reconcileOverlapMs: 2 * MINUTE_MS,
  superviseEveryMs: MINUTE_MS,
  heartbeatMs: 3 * MINUTE_MS,
  driftPerMinute: 60,
  driftDays: 30,
};
