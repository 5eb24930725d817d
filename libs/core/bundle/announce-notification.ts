import { CoreError } from '../core.errors.js';
import { utf8 } from '../encoding/encoding.js';
import type { FhirResource } from '../resource/fhir-resource.js';
import { changesIn } from './announce-bundle.js';
import type { Announcement, Change, OpeningRule } from './announcement.js';
import { OpenedBundle } from './bundle-entry.js';
import { bundleOfEntry } from './bundle-parts.js';
import { nameAtEndOf, nameIn } from './resource-name.js';
import { isStatus, readStatus } from './subscription-status.js';

/** Kinds of notifications that tell of changes. */
const EVENTS: ReadonlySet<string> = new Set(['event-notification', 'query-event']);

/** Whether a resource is a notification Bundle: one whose first entry is the status of a Subscription. */
export function isNotification(resource: FhirResource): boolean {
  return resource.type === 'Bundle' && statusIn(new OpenedBundle(resource)) !== undefined;
}

/**
 * What the notification of a topic-based Subscription tells: R4 Backport (history Bundle with Parameters), R4B (history
 * Bundle with SubscriptionStatus) and R5 (subscription-notification Bundle), of any content.
 * https://hl7.org/fhir/uv/subscriptions-backport/notifications.html
 * Throws BUNDLE.MALFORMED, or NOTICE.MALFORMED.
 */
export function announceNotification(bundle: FhirResource, rule: OpeningRule): Announcement {
  const opened = new OpenedBundle(bundle);
  const resource = statusIn(opened);
  if (!resource)
    throw new CoreError('NOTICE.MALFORMED', 'expected the status of a Subscription as first entry');
  const { notice, focuses } = readStatus(resource);
  const carried = [...opened.entries()].slice(1).flatMap(changesIn(opened, rule));
  const changes = [...carried, ...namedOnly(focuses, carried, rule.base)];
  return { changes, unspecified: EVENTS.has(notice.kind) && changes.length === 0, notice };
}

function statusIn(opened: OpenedBundle): FhirResource | undefined {
  const [first] = opened.entries();
  try {
    const resource = first?.resource();
    return resource && isStatus(resource) ? resource : undefined;
  } catch (error) {
    if (error instanceof CoreError) return undefined;
    throw error;
  }
}

/** Those focuses that no entry tells of. */
function namedOnly(focuses: readonly string[], carried: readonly Change[], base: string): Change[] {
  const told = new Set(carried.flatMap(referencesOf));
  const named: Change[] = [];
  for (const focus of focuses) {
    const change = focusChange(focus, base);
    const references = referencesOf(change);
    if (references.length > 0 && told.has(references.at(-1)!)) continue;
    references.forEach((reference) => told.add(reference));
    named.push(change);
  }
  return named;
}

function focusChange(focus: string, base: string): Change {
  // A source behind a proxy may call itself otherwise; whatever it is called, only the source itself is asked.
  const name = nameIn(focus, base) ?? nameAtEndOf(focus);
  if (name) return { kind: 'named', ...name, interaction: undefined };
  const entry = { request: { method: 'PUT', url: focus } };
  return {
    kind: 'unreadable',
    code: 'NOTICE.MALFORMED',
    body: bundleOfEntry('history', utf8(JSON.stringify(entry))),
  };
}

/** `Type/id`, and last the version where it is known. */
function referencesOf(change: Change): string[] {
  if (change.kind === 'unreadable') return [];
  const { type, id, version } = change.kind === 'content' ? nameOfContent(change.resource) : change;
  const reference = `${type}/${id ?? ''}`;
  return version === undefined ? [reference] : [reference, `${reference}/_history/${version}`];
}

function nameOfContent({ type, id, versionId: version }: FhirResource) {
  return { type, id, version };
}
