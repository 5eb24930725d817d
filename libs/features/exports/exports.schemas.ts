import type { ApiResponseSchemaHost } from '@nestjs/swagger';

type Schema = ApiResponseSchemaHost['schema'];

const count = (description: string): Schema => ({ type: 'integer', minimum: 0, description });
const types: Schema = { type: 'array', items: { type: 'string' }, example: ['Patient', 'Observation'] };
const since: Schema = { type: 'string', format: 'date-time', description: 'only what changed since then' };

/** OpenAPI schema of what is asked of a source. */
export const exportRequestSchema: Schema = { type: 'object', properties: { types, since } };

/** OpenAPI schema of an export. */
export const exportSchema: Schema = {
  type: 'object',
  required: [
    ...['phase', 'types', 'files', 'errors', 'file', 'lines', 'skipped'],
    ...['waiting', 'stored', 'duplicates', 'conflicts', 'dead', 'unsequenced'],
  ],
  properties: {
    phase: { type: 'string', enum: ['wanted', 'running', 'fetching', 'done'] },
    types,
    since,
    progress: { type: 'string', description: 'what the source says of it' },
    transactionTime: { type: 'string', description: 'everything up to this time is in the files' },
    files: count('files that the source made'),
    errors: count('files of errors that the source made'),
    file: count('files that were taken'),
    lines: count('lines that were taken'),
    skipped: count('lines that were left out since no inbox item may be that large'),
    waiting: count('chunks that wait for a worker'),
    stored: count('record versions that were new'),
    duplicates: count('record versions that were known'),
    conflicts: count('versions that were known with other content: each an incident'),
    dead: count('dead letters: lines that are no record version, with their reason'),
    unsequenced: count('record versions that wait for their index in the log'),
    error: { type: 'string', description: 'code of why it failed the last time; it is tried again' },
  },
};
