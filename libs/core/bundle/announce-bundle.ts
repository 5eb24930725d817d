import { CoreError } from '../core.errors.js';
import type { FhirResource } from '../resource/fhir-resource.js';
import type { Announcement, Change, OpeningRule } from './announcement.js';
import { OpenedBundle, type BundleEntry } from './bundle-entry.js';
import { bundleOfEntry } from './bundle-parts.js';
import { entryChange } from './entry-change.js';

/** Types of Bundles that are answers, even where a server gives them ids. */
const ANSWER = /^(?:history|searchset|subscription-notification|(?:batch|transaction)-response)$/;

/** What a resource, or a Bundle of them, tells. Throws BUNDLE.MALFORMED. */
export function announceResource(
  resource: FhirResource,
  rule: OpeningRule,
  interaction?: 'create' | 'update',
): Announcement {
  if (resource.type === 'Bundle') return announceBundle(resource, rule, interaction);
  return { changes: [{ kind: 'content', resource, interaction }], unspecified: false, notice: undefined };
}

/**
 * What a Bundle tells: of each entry, and of itself where it is a version that the source stores. An entry that cannot
 * be understood is `unreadable`, as a Bundle of its own. Throws BUNDLE.MALFORMED.
 */
function announceBundle(
  bundle: FhirResource,
  rule: OpeningRule,
  interaction?: 'create' | 'update',
): Announcement {
  const opened = new OpenedBundle(bundle);
  const stored = isStored(opened);
  const itself: Change[] = stored ? [{ kind: 'content', resource: bundle, interaction }] : [];
  const within = stored ? copiesIn(opened, rule) : [...opened.entries()].flatMap(changesIn(opened, rule));
  return { changes: [...itself, ...within], unspecified: false, notice: undefined };
}

/** What an entry tells, and what is within it where it is a stored Bundle. */
export function changesIn(
  { type }: OpenedBundle,
  rule: OpeningRule,
): (entry: BundleEntry) => readonly Change[] {
  return (entry) => {
    try {
      const change = entryChange(entry, type, rule.base);
      if (change?.kind !== 'content' || change.resource.type !== 'Bundle') return change ? [change] : [];
      const opened = new OpenedBundle(change.resource);
      return isStored(opened) ? [change, ...copiesIn(opened, rule)] : [change];
    } catch (error) {
      if (!(error instanceof CoreError)) throw error;
      return [{ kind: 'unreadable', code: error.code, body: bundleOfEntry(type, entry.json()) }];
    }
  };
}

function isStored({ itself: { id, versionId }, type = '' }: OpenedBundle): boolean {
  return id !== undefined && versionId !== undefined && !ANSWER.test(type);
}

/** Versions of the source's own resources in a Bundle that it stores. No deeper: what is in there is nobody's news. */
function copiesIn(opened: OpenedBundle, { base, copies }: OpeningRule): Change[] {
  const changes: Change[] = [];
  for (const entry of opened.entries()) {
    const change = copyIn(entry, opened, base);
    if (change?.kind !== 'content' || change.resource.versionId === undefined) continue;
    const { type, id, versionId: version } = change.resource;
    if (copies === 'content') changes.push(change);
    else changes.push({ kind: 'named', type, id: id!, version, interaction: undefined });
  }
  return changes;
}

/** The Bundle itself is on record, whatever is in it. */
function copyIn(entry: BundleEntry, { type }: OpenedBundle, base: string): Change | undefined {
  try {
    return entryChange(entry, type, base);
  } catch (error) {
    if (error instanceof CoreError) return undefined;
    throw error;
  }
}
