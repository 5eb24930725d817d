import type { ApiResponseSchemaHost } from '@nestjs/swagger';

type Schema = ApiResponseSchemaHost['schema'];

const count = (description: string): Schema => ({ type: 'integer', minimum: 0, description });

/** OpenAPI schema of what begins an import. */
export const importStartSchema: Schema = {
  type: 'object',
  required: ['name', 'fingerprint'],
  properties: {
    name: { type: 'string', maxLength: 255, description: 'what the operator calls it; shown, never logged' },
    bytes: count('of the whole file, where they are known'),
    fingerprint: {
      type: 'string',
      minLength: 1,
      maxLength: 255,
      description: 'tells this file from others: the same one again goes on with the same import',
    },
  },
};

/** OpenAPI schema of an import. */
export const importSchema: Schema = {
  type: 'object',
  required: [
    ...['id', 'name', 'position', 'lines', 'skipped', 'finished'],
    ...['waiting', 'stored', 'duplicates', 'conflicts', 'dead', 'unsequenced'],
  ],
  properties: {
    id: { type: 'string', example: '0f6c1a…' },
    name: { type: 'string' },
    bytes: count('of the whole file, where they are known'),
    position: count('bytes of the file that are durable: the next chunk begins here'),
    lines: count('lines that were taken'),
    skipped: count('lines that were left out since no request can hold them'),
    finished: { type: 'boolean', description: 'the whole file was taken' },
    waiting: count('chunks that wait for a worker'),
    stored: count('record versions that were new'),
    duplicates: count('record versions that were known'),
    conflicts: count('versions that were known with other content: each an incident'),
    dead: count('dead letters: lines that are no record version, with their reason'),
    unsequenced: count('record versions that wait for their index in the log'),
  },
};
