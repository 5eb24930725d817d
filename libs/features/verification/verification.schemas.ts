import { wholeObject, type Schema } from '#platform';

const names: Schema = { type: 'array', items: { type: 'string' } };
const standing: Schema = { type: 'string', enum: ['current', 'superseded', 'deleted', 'unknown'] };

const recordProperties: Readonly<Record<string, Schema>> = {
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
export const verdictSchema: Schema = wholeObject({
  match: { type: 'string', enum: ['exact', 'portable', 'partial', 'none'] },
  standing,
  assurance: wholeObject({
    log: { type: 'string', enum: ['unknown', 'pending', 'logged', 'witnessed'] },
    ledgers: {
      type: 'object',
      additionalProperties: { type: 'string', enum: ['submitted', 'included', 'final'] },
    },
  }),
  elements: wholeObject({ matching: names, differing: names }),
  record: { ...wholeObject(recordProperties), nullable: true },
  others: { type: 'integer', description: 'other record versions that agree in the same view' },
  index: { type: 'integer', nullable: true, description: 'index of the entry in the log' },
  evidence: { type: 'string', nullable: true, description: 'path of the evidence document' },
});

/** OpenAPI schema of the known versions of a resource. */
export const versionsSchema: Schema = wholeObject({
  versions: {
    type: 'array',
    items: wholeObject({
      ...recordProperties,
      obtained: {
        type: 'string',
        enum: ['notified', 'read', 'history', 'search', 'export', 'import'],
        description: 'where its content is from: a signed notification, a read at the source, its history, …',
      },
      warnings: { ...names, description: 'what structure validation found: severity, code and path' },
      standing,
      index: { type: 'integer', nullable: true },
      evidence: { type: 'string', nullable: true },
    }),
  },
});
