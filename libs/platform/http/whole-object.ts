import type { ApiResponseSchemaHost } from '@nestjs/swagger';

/** An OpenAPI schema, as the decorators of answers take it. */
export type Schema = ApiResponseSchemaHost['schema'];

/** OpenAPI schema of an object of which every member is always there. */
export const wholeObject = (properties: Readonly<Record<string, Schema>>) => ({
  type: 'object',
  required: Object.keys(properties),
  properties: { ...properties },
});
