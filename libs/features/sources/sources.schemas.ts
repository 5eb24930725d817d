import { wholeObject, type Schema } from '#platform';

const words = (...of: readonly string[]): Schema => ({ type: 'string', enum: [...of] });
const urls: Schema = { type: 'array', items: { type: 'string' } };
const ms: Schema = { type: 'integer', description: 'milliseconds' };

const common: Record<string, Schema> = {
  name: { type: 'string', example: 'ward-a', description: 'part of the intake URL' },
  base: {
    type: 'string',
    example: 'https://fhir.example.org/r4',
    description: 'FHIR base URL, no slash at its end',
  },
  fhirVersion: words('R4', 'R4B', 'R5'),
  criteria: { type: 'array', items: { type: 'string' }, example: ['Patient', 'Observation'] },
};

const settings: Record<string, Schema> = {
  channel: words('rest-hook', 'topic', 'websocket', 'polling', 'none'),
  content: words('empty', 'id-only', 'full-resource'),
  numbering: words('monotonic', 'resetting', 'per-bundle', 'constant'),
  bodies: words('signed', 'never'),
  validation: words('off', 'warn', 'reject'),
  allowedBases: { ...urls, description: 'further base URLs that may be contacted' },
  privateHosts: { ...urls, description: 'hosts that may lie in private address ranges' },
  timeoutMs: ms,
  parallelRequests: { type: 'integer' },
  pollEveryMs: ms,
  reconcileEveryMs: ms,
  reconcileOverlapMs: ms,
  superviseEveryMs: ms,
  heartbeatMs: ms,
  driftPerMinute: { type: 'integer', description: '0: no drift watch' },
  driftDays: { type: 'integer' },
};
const topic: Schema = { type: 'string', description: 'canonical URL of a SubscriptionTopic' };

/** OpenAPI schema of a secret of one's own. */
export const secretSchema: Schema = { type: 'string', minLength: 16 };

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
        kind: words('hmac', 'header'),
        secret: secretSchema,
        previousSecret: { ...secretSchema, description: 'accepted, too, while the secret is replaced' },
        header: { type: 'string', description: 'for kind header: where the secret stands' },
      },
    },
    access: {
      type: 'object',
      required: ['kind'],
      properties: {
        kind: words('none', 'basic', 'bearer', 'smart'),
        username: { type: 'string' },
        password: { type: 'string' },
        token: { type: 'string' },
        clientId: { type: 'string' },
        tokenUrl: { type: 'string' },
        scope: { type: 'string' },
        algorithm: words('RS384', 'ES384'),
      },
    },
    settings: { type: 'object', properties: { ...settings, topic } },
  },
};

const shown: Record<string, Schema> = {
  ...common,
  authentication: words('hmac', 'header'),
  rotating: { type: 'boolean', description: 'the secret before this one is still accepted' },
  access: words('none', 'basic', 'bearer', 'smart'),
  settings: {
    type: 'object',
    required: Object.keys(settings),
    properties: { ...settings, topic },
  },
};

/** OpenAPI schema of a source as it is shown. */
export const shownSourceSchema: Schema = wholeObject(shown);

/** OpenAPI schema of a source that was declared just now. */
export const registeredSourceSchema: Schema = wholeObject({
  ...shown,
  subscriptions: { type: 'array', items: { type: 'string' }, description: 'ids at the FHIR server' },
});
