import type { SourceDeclaration } from '#ports';
import type { SandboxOptions } from '../../apps/sandbox/index.js';
import { WARD } from '../support/test-source.js';

/** A kind of FHIR server, with what goes wrong at it. */
export interface Server {
  readonly name: string;
  readonly sandbox: SandboxOptions;
  readonly declaration: Partial<SourceDeclaration>;
  readonly faults: NonNullable<SandboxOptions['faults']>;
  /** Faults that cannot happen at it. */
  readonly without: readonly string[];
}

export const EVERY_FAULT: NonNullable<SandboxOptions['faults']> = {
  drop: 0.1,
  repeat: 0.1,
  reorder: 0.2,
  delayMs: 50,
  resetNumbers: 0.01,
  loseIntermediate: 0.5,
  hideDeletes: 0.3,
  answer429: 0.02,
  retryAfterS: 0,
  answer500: 0.03,
  cutConnections: 0.02,
  forgeContent: 0.01,
  historyLagMs: 500,
};

const SETTINGS = {
  privateHosts: ['127.0.0.1'],
  timeoutMs: 3_000,
  reconcileEveryMs: 2_000,
  reconcileOverlapMs: 5_000,
  superviseEveryMs: 1_000,
  heartbeatMs: 5_000,
} as const;

export const SERVERS: readonly Server[] = [
  {
    name: 'a server like Medplum: signed bodies, UUIDs as versions',
    sandbox: { style: 'medplum', versionIds: 'uuids' },
    declaration: { settings: { ...SETTINGS, numbering: 'constant' } },
    faults: {},
    without: ['resetNumbers'],
  },
  {
    name: 'a server like HAPI: PUT and DELETE, nothing signed, history that lags',
    sandbox: { style: 'hapi' },
    declaration: {
      authentication: { kind: 'header', header: 'X-Secret', secret: 'the secret of a server like HAPI' },
      settings: SETTINGS,
    },
    faults: {},
    without: ['resetNumbers'],
  },
  {
    name: 'a server with topics: ids only, event numbers that begin anew',
    sandbox: { style: 'plain' },
    declaration: {
      settings: {
        ...SETTINGS,
        channel: 'topic',
        topic: 'http://example.org/topic/changes',
        content: 'id-only',
        numbering: 'resetting',
      },
    },
    faults: {},
    without: [],
  },
];

export function sourceOf({ declaration }: Server, base: string): SourceDeclaration {
  return { ...WARD, name: 'stormy', base, criteria: ['Observation', 'Patient', 'Condition'], ...declaration };
}
