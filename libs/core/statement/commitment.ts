import { sha256 } from '#sha256';
import type { Statement } from './statement.js';

const PREFIX = 'attestry/statement/v1\n';

/** The commitment to a statement, 32 bytes: SHA-256("attestry/statement/v1\n" ‖ canonical statement). */
export function commitmentOf(statement: Statement): Uint8Array {
  return sha256(PREFIX + formatStatement(statement));
}

/** The canonical text of a statement. */
export function formatStatement(statement: Statement): string {
  const { elements } = statement;
  // Members in canonical order; the strings are well-formed, so that JSON.stringify writes their canonical tokens.
  return JSON.stringify({
    attestry: statement.attestry,
    elements: elements && { count: elements.count, root: elements.root },
    exact: statement.exact,
    fhirVersion: statement.fhirVersion,
    id: statement.id,
    interaction: statement.interaction,
    lastUpdated: statement.lastUpdated,
    observed: statement.observed,
    portable: statement.portable,
    salt: statement.salt,
    source: statement.source,
    type: statement.type,
    version: statement.version,
  });
}
