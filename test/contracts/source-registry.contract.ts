import { declareSource } from './store-steps.js';
import type { Stores } from './store-steps.js';

export function sourceRegistryContract(stores: () => Stores): void {
  it('finds what was declared, as it was declared', async () => {
    const declared = await declareSource(stores());
    expect(declared).toMatchObject({
      name: 'clinic',
      base: 'https://clinic.example/fhir',
      fhirVersion: 'R4',
      criteria: ['Patient', 'Observation?status=final'],
      authentication: { kind: 'hmac', secret: 'secret of clinic' },
    });
    expect(await stores().sources.find('clinic')).toEqual(declared);
    expect(await stores().sources.find('clinic2')).toBeUndefined();
  });

  it('replaces a declaration and keeps its id', async () => {
    const first = await declareSource(stores());
    const authentication = { kind: 'header', header: 'X-Key', secret: 'another' } as const;
    const second = await stores().sources.declare({
      ...first,
      base: 'https://moved.example',
      authentication,
    });
    expect(second.id).toBe(first.id);
    expect(await stores().sources.find('clinic')).toMatchObject({
      base: 'https://moved.example',
      authentication,
    });
  });

  it('replaces how a source proves itself, and nothing else', async () => {
    const { sources } = stores();
    const first = await declareSource(stores());
    const authentication = {
      kind: 'hmac',
      secret: 'the next one',
      previousSecret: 'secret of clinic',
    } as const;
    expect(await sources.reauthenticate('clinic', authentication)).toEqual({ ...first, authentication });
    expect(await sources.find('clinic')).toEqual({ ...first, authentication });
    expect(await sources.reauthenticate('nobody', authentication)).toBeUndefined();
  });

  it('lists every source by name', async () => {
    for (const name of ['b', 'c', 'a']) await declareSource(stores(), name);
    expect((await stores().sources.list()).map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });
}
