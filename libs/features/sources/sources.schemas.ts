import type { ApiResponseSchemaHost } from '@nestjs/swagger';

type Schema = ApiResponseSchemaHost['schema'];

const common: Record<string, Schema> = {
  name: { type: 'string', example: 'ward-a', description: 'part of the intake URL' },
  base: {
    type: 'string',
    example: 'https://fhir.example.org/r4',
    description: 'FHIR base URL, no slash at its end',
  },
  fhirVersion: { type: 'string', enum: ['R4'] },
  criteria: { type: 'array', items: { type: 'string' }, example: ['Patient', 'Observation'] },
};

/** OpenAPI schema of a declaration. */
export const declarationSchema: Schema = {
  type: 'object',
  required: ['name', 'base', 'fhirVersion', 'authentication', 'criteria'],
  properties: {
    ...common,
    authentication: {
      type: 'object',
      required: ['kind', 'secret'],
      properties: {
        kind: { type: 'string', enum: ['hmac', 'header'] },
        secret: { type: 'string', minLength: 16 },
        header: { type: 'string', description: 'for kind header: where the secret stands' },
      },
    },
  },
};

const shown: Record<string, Schema> = {
  ...common,
  authentication: { type: 'string', enum: ['hmac', 'header'] },
};

/** OpenAPI schema of a source as it is shown. */
export const shownSourceSchema: Schema = { type: 'object', required: Object.keys(shown), properties: shown };

/** OpenAPI schema of a source that was declared just now. */
export const registeredSourceSchema: Schema = {
  type: 'object',
  required: [...Object.keys(shown), 'subscriptions'],
  properties: {
    ...shown,
    subscriptions: { type: 'array', items: { type: 'string' }, description: 'ids at the FHIR server' },
  },
};
