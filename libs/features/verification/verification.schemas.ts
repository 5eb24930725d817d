import type { ApiResponseSchemaHost } from '@nestjs/swagger';

type Schema = ApiResponseSchemaHost['schema'];

const names: Schema = { type: 'array', items: { type: 'string' } };
const standing: Schema = { type: 'string', enum: ['current', 'superseded', 'deleted', 'unknown'] };

const recordProperties: Record<string, Schema> = {
  source: { type: 'string', description: 'name of the source' },
  base: { type: 'string', description: 'FHIR base URL of the source' },
  type: { type: 'string' },
  id: { type: 'string' },
  version: { type: 'string' },
  interaction: { type: 'string', enum: ['create', 'update', 'delete'] },
  lastUpdated: { type: 'string', nullable: true },
  observed: { type: 'string', format: 'date-time' },
};

/** OpenAPI schema of {@link Verdict}. */
export const verdictSchema: Schema = {
  type: 'object',
  properties: {
    match: { type: 'string', enum: ['exact', 'portable', 'partial', 'none'] },
    standing,
    assurance: {
      type: 'object',
      properties: {
        log: { type: 'string', enum: ['unknown', 'pending', 'logged'] },
        ledgers: {
          type: 'object',
          additionalProperties: { type: 'string', enum: ['submitted', 'included', 'final'] },
        },
      },
    },
    elements: { type: 'object', properties: { matching: names, differing: names } },
    record: { type: 'object', nullable: true, properties: recordProperties },
    others: { type: 'integer', description: 'other record versions that agree in the same view' },
    index: { type: 'integer', nullable: true, description: 'index of the entry in the log' },
    evidence: { type: 'string', nullable: true, description: 'path of the evidence document' },
  },
};

/** OpenAPI schema of the known versions of a resource. */
export const versionsSchema: Schema = {
  type: 'object',
  properties: {
    versions: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          ...recordProperties,
          standing,
          index: { type: 'integer', nullable: true },
          evidence: { type: 'string', nullable: true },
        },
      },
    },
  },
};
