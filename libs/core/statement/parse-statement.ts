import { parseJson } from '../canonical/canonicalise.js';
import { refusedAs } from '../core.errors.js';
import { DocumentReader } from '../document/document-reader.js';
import { checkStatement } from './check-statement.js';
import type { Statement } from './statement.js';

const INVALID = 'STATEMENT.INVALID';
const REQUIRED = [
  'attestry',
  'fhirVersion',
  'id',
  'interaction',
  'observed',
  'salt',
  'source',
  'type',
  'version',
];
const OPTIONAL = ['elements', 'exact', 'lastUpdated', 'portable'];

/** Parses a statement (docs/spec/statement.md), in whatever order and layout. Throws STATEMENT.INVALID. */
export function parseStatement(input: Uint8Array | string): Statement {
  const value = refusedAs(INVALID, 'the statement', () => parseJson(input));
  const reader = new DocumentReader(INVALID, 'the statement', value, REQUIRED, OPTIONAL);
  const optional = <T>(name: string, read: () => T) => (reader.has(name) ? { [name]: read() } : {});
  const text = (name: string) => optional(name, () => reader.string(name));
  return checkStatement({
    attestry: reader.version('attestry'),
    source: reader.string('source'),
    fhirVersion: reader.string('fhirVersion'),
    type: reader.string('type'),
    id: reader.string('id'),
    version: reader.string('version'),
    interaction: reader.oneOf('interaction', ['create', 'update', 'delete']),
    observed: reader.string('observed'),
    salt: reader.string('salt'),
    ...text('lastUpdated'),
    ...text('exact'),
    ...text('portable'),
    ...optional('elements', () => {
      const elements = new DocumentReader(INVALID, 'elements', reader.value('elements'), ['count', 'root']);
      return { count: elements.integer('count'), root: elements.string('root') };
    }),
  });
}
