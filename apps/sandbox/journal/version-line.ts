import { FHIR_ID, isResourceType } from '../r4/definitions.js';
import { parseLossless, stringifyLossless } from '../fhir/lossless-json.js';
import type { ResourceVersion } from '../fhir/version-store.js';

const INTERACTIONS: ReadonlySet<unknown> = new Set(['create', 'update', 'delete']);
const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** One version as a line of the journal, with its line feed; a deletion has no `resource`. */
export function formatVersion(version: ResourceVersion): string {
  const { type, id, versionId, lastUpdated, interaction, resource } = version;
  return `${stringifyLossless({ type, id, versionId, lastUpdated, interaction, resource })}\n`;
}

/** Reads what {@link formatVersion} wrote, without the line feed; undefined when it is something else. */
export function parseVersion(line: Uint8Array): ResourceVersion | undefined {
  const value = parsed(line);
  if (!isVersion(value)) return undefined;
  const { type, id, versionId, lastUpdated, interaction, resource } = value;
  return { type, id, versionId, lastUpdated, interaction, resource };
}

function parsed(line: Uint8Array): unknown {
  try {
    return parseLossless(UTF8.decode(line));
  } catch {
    return undefined;
  }
}

function isVersion(value: unknown): value is ResourceVersion {
  if (!isObject(value)) return false;
  const { type, id, versionId, lastUpdated, interaction, resource } = value;
  return (
    typeof type === 'string' &&
    isResourceType(type) &&
    typeof id === 'string' &&
    FHIR_ID.test(id) &&
    typeof lastUpdated === 'string' &&
    !Number.isNaN(Date.parse(lastUpdated)) &&
    INTERACTIONS.has(interaction) &&
    (interaction === 'delete'
      ? resource === undefined
      : isObject(resource) &&
        resource['resourceType'] === type &&
        resource['id'] === id &&
        isObject(resource['meta']) &&
        resource['meta']['versionId'] === versionId)
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
