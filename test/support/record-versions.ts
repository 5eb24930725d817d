import { randomBytes } from 'node:crypto';
import type { Interaction } from '#core';
import type { NewRecordVersion, Obtained } from '#ports';

/** What a test says of a record version; the rest is made up. */
export interface VersionSketch {
  readonly sourceId: number;
  readonly type?: string;
  readonly id?: string;
  readonly version?: string;
  readonly interaction?: Interaction;
  readonly lastUpdated?: string | undefined;
  readonly observed?: string;
  readonly exact?: Uint8Array;
  readonly portable?: Uint8Array;
  readonly elementNames?: readonly string[];
  readonly obtained?: Obtained;
  readonly warnings?: readonly string[];
  readonly expectsPredecessor?: boolean;
}

let made = 0;

/** A record version as normalising makes them, of random digests: the stores never look into them. */
export function recordVersion(sketch: VersionSketch): NewRecordVersion {
  const at = ++made;
  const { interaction = 'update', version = '1', type = 'Patient', id = `p${at}` } = sketch;
  const deleted = interaction === 'delete';
  const names = deleted ? [] : (sketch.elementNames ?? ['birthDate', 'id', 'resourceType']);
  const digest = (): string => randomBytes(32).toString('hex');
  const lastUpdated = 'lastUpdated' in sketch ? sketch.lastUpdated : '2026-01-02T03:04:05.678Z';
  const described = { source: 'https://fhir.example', fhirVersion: '4.0.1', type, id, version, interaction };
  const digests = { exact: digest(), portable: digest(), elements: { count: names.length, root: digest() } };
  return {
    sourceId: sketch.sourceId,
    statement: {
      attestry: 1,
      ...described,
      ...(lastUpdated === undefined ? {} : { lastUpdated }),
      observed: sketch.observed ?? '2026-01-02T03:04:06.000Z',
      ...(deleted ? {} : digests),
      salt: digest(),
    },
    commitment: randomBytes(32),
    recordSalt: randomBytes(32),
    views: deleted
      ? undefined
      : { exact: sketch.exact ?? randomBytes(32), portable: sketch.portable ?? randomBytes(32) },
    elements: names.map((name) => ({ name, leaf: randomBytes(32) })),
    obtained: sketch.obtained ?? 'notified',
    warnings: sketch.warnings ?? [],
    leavesUnder: deleted ? undefined : () => names.map((name) => ({ name, leaf: randomBytes(32) })),
    expectsPredecessor: sketch.expectsPredecessor ?? false,
  };
}
