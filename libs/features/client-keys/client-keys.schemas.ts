import type { ApiResponseSchemaHost } from '@nestjs/swagger';

type Schema = ApiResponseSchemaHost['schema'];

const text: Schema = { type: 'string' };

/** OpenAPI schema of a JSON Web Key Set. */
export const jwksSchema: Schema = {
  type: 'object',
  required: ['keys'],
  properties: {
    keys: {
      type: 'array',
      items: {
        type: 'object',
        required: ['kty', 'kid', 'alg', 'use', 'key_ops'],
        properties: {
          kty: { type: 'string', enum: ['EC', 'RSA'] },
          kid: { ...text, description: 'thumbprint of the key, RFC 7638' },
          alg: { type: 'string', enum: ['ES384', 'RS384'] },
          use: { type: 'string', enum: ['sig'] },
          key_ops: { type: 'array', items: { type: 'string', enum: ['verify'] } },
          crv: text,
          x: text,
          y: text,
          n: text,
          e: text,
        },
      },
    },
  },
};
