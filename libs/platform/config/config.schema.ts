import { z } from 'zod';

/** What the loader tells an operator about one key. */
interface KeyFacts {
  /** Completes "must be …". */
  readonly is: string;
  readonly example: string;
}

/** The facts of every key in {@link configSchema}. */
export const keyFacts = z.registry<KeyFacts>();

function key<S extends z.ZodType>(schema: S, is: string, example: string | number): S {
  keyFacts.add(schema, { is, example: String(example) });
  return schema;
}

const whole = (min: number, max: number, example: number): z.ZodNumber =>
  key(z.number().int().min(min).max(max), `a whole number from ${min} to ${max}`, example);
const milliseconds = (example: number): z.ZodNumber =>
  key(z.number().int().min(1).max(2_147_483_647), 'a number of milliseconds, at least 1', example);
const bytes = (example: number): z.ZodNumber =>
  key(z.number().int().min(1024).max(1_073_741_824), 'a number of bytes from 1024 to 1073741824', example);
const url = (protocols: RegExp, is: string, example: string): z.ZodURL =>
  key(z.url({ protocol: protocols }), is, example);
const text = (pattern: RegExp, is: string, example: string): z.ZodString =>
  key(z.string().regex(pattern), is, example);

const host = (): z.ZodString =>
  text(/^[A-Za-z0-9.:_-]+$/, 'a host name or address to listen on', '127.0.0.1');
const port = (example: number): z.ZodNumber =>
  key(z.number().int().min(0).max(65_535), 'a port number from 0 to 65535 (0: any free one)', example);
const shortName = (example: string): z.ZodString =>
  text(/^[a-z0-9][a-z0-9-]{0,62}$/, '1 to 63 lower-case letters, digits and hyphens', example);

const evmLedger = z.strictObject({
  name: shortName('mainnet'),
  kind: key(z.literal('evm'), 'the word evm', 'evm'),
  rpcUrl: url(/^https?$/, 'the http(s) URL of a JSON-RPC endpoint', 'http://127.0.0.1:8545'),
  chainId: whole(1, Number.MAX_SAFE_INTEGER, 1),
  contract: text(
    /^0x[0-9a-fA-F]{40}$/,
    'the address of a CheckpointRegistry contract',
    '0x5FbDB2315678afecb367f032d93F642f64180aa3',
  ),
  confirmations: whole(0, 10_000, 12),
  keyFile: text(
    /./,
    'the file of the sending key, absolute or within the data folder',
    'ledgers/mainnet.key',
  ),
  intervalMs: milliseconds(60_000),
});

const secret = (): z.ZodString =>
  text(/^.{16,}$/, 'a secret of at least 16 characters', 'the output of: openssl rand -hex 32');
const words = <const W extends readonly [string, ...string[]]>(...of: W) =>
  key(z.enum(of), `one of ${of.join(', ')}`, of[0]);
const baseUrl = (example: string): z.ZodURL =>
  key(
    z.url({ protocol: /^https?$/ }).regex(/[^/]$/),
    'the http(s) base URL of a FHIR server, without a slash at its end',
    example,
  );

const authentication = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: key(z.literal('hmac'), 'hmac or header', 'hmac'),
    secret: secret(),
    previousSecret: secret().optional(),
  }),
  z.strictObject({
    kind: key(z.literal('header'), 'hmac or header', 'header'),
    header: text(/^[A-Za-z0-9-]+$/, 'the name of a header', 'X-Attestry-Secret'),
    secret: secret(),
    previousSecret: secret().optional(),
  }),
]);

const accessKind = <K extends string>(kind: K) =>
  key(z.literal(kind), 'one of none, basic, bearer, smart', 'smart');
const access = z.discriminatedUnion('kind', [
  z.strictObject({ kind: accessKind('none') }),
  z.strictObject({
    kind: accessKind('basic'),
    username: text(/^[^:]+$/, 'a user name without a colon', 'attestry'),
    password: text(/./, 'a password', 'a long one'),
  }),
  z.strictObject({
    kind: accessKind('bearer'),
    token: text(/^[\x21-\x7e]+$/, 'a bearer token', 'eyJhbGciOi…'),
  }),
  z.strictObject({
    kind: accessKind('smart'),
    clientId: text(/^\S+$/, 'the client id that the server has given us', 'attestry'),
    tokenUrl: url(
      /^https?$/,
      'the http(s) URL of a token endpoint',
      'https://auth.example.org/token',
    ).optional(),
    scope: text(/^\S+( \S+)*$/, 'scopes, separated by spaces', 'system/*.rs'),
    algorithm: words('ES384', 'RS384'),
  }),
]);

/** How one source is listened to: see SourceSettings in #ports, where the defaults are. */
const settings = z
  .strictObject({
    channel: words('rest-hook', 'topic', 'websocket', 'polling', 'none'),
    topic: url(/^https?$/, 'the canonical URL of a SubscriptionTopic', 'http://example.org/topic/changes'),
    content: words('empty', 'id-only', 'full-resource'),
    numbering: words('monotonic', 'resetting', 'per-bundle', 'constant'),
    bodies: words('signed', 'never'),
    validation: key(
      z.enum(['off', 'warn', 'reject']),
      'off, warn or reject; off for R4B and R5, whose definitions are not at hand',
      'off',
    ),
    allowedBases: key(
      z.array(baseUrl('https://files.example.org/export')),
      'a list of http(s) base URLs without a slash at their ends',
      '[https://files.example.org/export]',
    ),
    privateHosts: key(
      z.array(text(/^[A-Za-z0-9.:-]+$/, 'a host name or an address', 'fhir.internal')),
      'a list of host names or addresses',
      '[fhir.internal]',
    ),
    timeoutMs: milliseconds(10_000),
    parallelRequests: whole(1, 256, 8),
    pollEveryMs: milliseconds(10_000),
    reconcileEveryMs: milliseconds(900_000),
    reconcileOverlapMs: milliseconds(120_000),
    superviseEveryMs: milliseconds(60_000),
    heartbeatMs: milliseconds(180_000),
    driftPerMinute: whole(0, 1_000_000, 60),
    driftDays: whole(1, 3650, 30),
  })
  .partial();

/** A source as an operator declares it, in the configuration or by `attestry source add`. */
export const sourceSchema = z
  .strictObject({
    name: shortName('ward-a'),
    base: baseUrl('https://fhir.example.org/r4'),
    fhirVersion: words('R4', 'R4B', 'R5'),
    authentication,
    criteria: key(
      z.array(text(/^[A-Z][A-Za-z]+(\?\S*)?$/, 'a Subscription criterion', 'Observation')).min(1),
      'a list of at least one Subscription criterion',
      '[Patient, Observation]',
    ),
    access: access.optional(),
    settings: settings.optional(),
  })
  .refine(
    ({ fhirVersion, settings: declared }) =>
      fhirVersion === 'R4' || (declared?.validation ?? 'off') === 'off',
    { path: ['settings', 'validation'], message: 'structure is validated for R4 only: declare it off' },
  );

/** Every key there is. Values come from `config/default.yaml`, never from here. */
export const configSchema = z.strictObject({
  data: text(/./, 'a folder', '.attestry'),
  log: z.strictObject({
    origin: text(
      /^[^\s+]+$/,
      'the name of the log (C2SP checkpoint origin): no spaces, no plus sign',
      'attestry.example.org/log',
    ),
    checkpointIntervalMs: milliseconds(1000),
    batch: whole(1, 65_536, 4096),
  }),
  api: z.strictObject({
    host: host(),
    port: port(8080),
    publicUrl: url(
      /^https?$/,
      'the http(s) URL under which others reach the API',
      'https://attestry.example.org',
    ).optional(),
  }),
  intake: z.strictObject({
    maxBodyBytes: bytes(16_777_216),
    maxDepth: whole(8, 10_000, 256),
    groupCommit: z.strictObject({ maxItems: whole(1, 10_000, 256) }),
  }),
  verification: z.strictObject({ maxBodyBytes: bytes(16_777_216) }),
  database: z.strictObject({
    url: url(
      /^postgres(ql)?$/,
      'a PostgreSQL connection URL',
      'postgres://attestry:secret@127.0.0.1:5432/attestry',
    ).optional(),
    poolSize: whole(1, 500, 10),
  }),
  queue: z.strictObject({
    redisUrl: url(/^rediss?$/, 'a Redis connection URL', 'redis://127.0.0.1:6379').optional(),
  }),
  worker: z.strictObject({
    host: host(),
    port: port(8081),
    normaliseConcurrency: whole(1, 64, 2),
    sweepIntervalMs: milliseconds(1000),
    overdueMs: milliseconds(5000),
  }),
  witnessing: z.strictObject({
    mode: words('off', 'open', 'closed'),
    policy: text(
      /^[^\0]+$/s,
      'a tlog-policy with the URLs of its witnesses',
      'witness w1 <vkey> <url>…',
    ).optional(),
    policyFile: text(
      /./,
      'the file of a tlog-policy, absolute or within the data folder',
      'witnesses.policy',
    ).optional(),
    deadlineMs: milliseconds(2000),
  }),
  ledgers: key(z.array(evmLedger).refine(distinctNames), 'a list of ledgers with names of their own', '[]'),
  sources: key(
    z.array(sourceSchema).refine(distinctNames),
    'a list of sources with names of their own',
    '[]',
  ),
  logging: z.strictObject({
    level: key(
      z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']),
      'one of fatal, error, warn, info, debug, trace, silent',
      'info',
    ),
  }),
  health: z.strictObject({
    timeoutMs: milliseconds(2000),
    maxPendingAgeMs: milliseconds(60_000),
    maxCheckpointAgeMs: milliseconds(30_000),
    maxAnchorAgeMs: milliseconds(900_000),
  }),
});

function distinctNames(entries: readonly { readonly name: string }[]): boolean {
  return new Set(entries.map((entry) => entry.name)).size === entries.length;
}

/** The same, for a process that works on the database: it cannot start without its URL. */
export const serverConfigSchema = configSchema.extend({
  database: configSchema.shape.database.required({ url: true }),
});

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

/** The validated configuration. `data`, `policyFile` and every `keyFile` are absolute paths. */
export type Config = DeepReadonly<z.infer<typeof configSchema>>;

/** The configuration of a process that works on the database. */
export type ServerConfig = DeepReadonly<z.infer<typeof serverConfigSchema>>;
