import { SOURCE_DEFAULTS, type Source, type SourceSettings } from '#ports';

/** A declared source at `base`, which may lie on this machine. */
export function aSource(
  base: string,
  { settings, ...more }: Partial<Omit<Source, 'settings'>> & { settings?: Partial<SourceSettings> } = {},
): Source {
  return {
    id: 1,
    declaredAt: new Date(),
    name: 'test',
    base,
    fhirVersion: 'R4',
    authentication: { kind: 'hmac', secret: 'the secret of this source' },
    criteria: ['Patient'],
    access: { kind: 'none' },
    settings: { ...SOURCE_DEFAULTS, privateHosts: ['127.0.0.1'], ...settings },
    ...more,
  };
}
