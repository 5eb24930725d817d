import { randomBytes } from 'node:crypto';
import type { NewIncident, Source } from '#ports';
import { declareSource, recordSketches, type Stores } from './store-steps.js';

export function incidentsContract(stores: () => Stores): void {
  let source: Source;
  let recordId: number;
  beforeEach(async () => {
    source = await declareSource(stores());
    await recordSketches(stores(), [{ sourceId: source.id, type: 'Patient', id: 'p1', version: '3' }]);
    const [version] = await stores().records.versions({ type: 'Patient', id: 'p1', limit: 1 });
    recordId = version!.recordId;
  });
  const drift = (more: Partial<NewIncident> = {}): NewIncident => ({
    sourceId: source.id,
    kind: 'drift',
    recordId,
    found: randomBytes(32),
    elements: ['birthDate', 'name'],
    ...more,
  });

  it('keeps what was raised, under the names of its record version', async () => {
    const { incidents } = stores();
    expect(await incidents.raise([drift()])).toBe(1);
    expect(await incidents.list({}, 10)).toMatchObject([
      {
        source: 'clinic',
        kind: 'drift',
        type: 'Patient',
        resourceId: 'p1',
        version: '3',
        recordId,
        elements: ['birthDate', 'name'],
        seen: 1,
        closedAt: undefined,
      },
    ]);
  });

  it('counts the same one again, and tells other content from it', async () => {
    const { incidents } = stores();
    const one = drift();
    expect(await incidents.raise([one, one])).toBe(1);
    expect(await incidents.raise([one, drift(), drift({ kind: 'vanished', found: undefined })])).toBe(2);
    expect(await incidents.raise([drift({ kind: 'vanished', found: undefined })])).toBe(0);
    const seen = (await incidents.list({}, 10)).map(({ kind, seen }) => [kind, seen]).sort();
    expect(seen).toEqual([
      ['drift', 1],
      ['drift', 2],
      ['vanished', 2],
    ]);
  });

  it('lists them newest first, page by page, by kind, source and state', async () => {
    const { incidents } = stores();
    const other = await declareSource(stores(), 'other');
    for (const one of [drift(), drift({ kind: 'vanished', found: undefined }), drift()])
      await incidents.raise([one]);
    const ids = (await incidents.list({}, 10)).map(({ id }) => id);
    expect(ids).toEqual([...ids].sort((a, b) => b - a));
    expect(await incidents.close([ids[0]!, 4_711])).toBe(1);
    const found = async (...asked: Parameters<typeof incidents.list>): Promise<number[]> =>
      (await incidents.list(...asked)).map(({ id }) => id);
    expect(await found({}, 1, ids[0])).toEqual([ids[1]]);
    expect(await found({ open: true }, 10)).toEqual(ids.slice(1));
    expect(await found({ open: false }, 10)).toEqual([ids[0]]);
    expect(await found({ kind: 'vanished' }, 10)).toEqual([ids[1]]);
    expect(await found({ sourceId: other.id }, 10)).toEqual([]);
  });

  it('closes them once, counts the open ones, and opens one again that is seen again', async () => {
    const { incidents } = stores();
    const one = drift();
    await incidents.raise([one, drift({ kind: 'vanished', found: undefined })]);
    const ids = (await incidents.list({}, 10)).map(({ id }) => id);
    expect(await incidents.open()).toEqual([
      { source: 'clinic', kind: 'drift', count: 1 },
      { source: 'clinic', kind: 'vanished', count: 1 },
    ]);
    expect(await incidents.close(ids)).toBe(2);
    expect(await incidents.close(ids)).toBe(0);
    expect(await incidents.open()).toEqual([]);
    await incidents.raise([one]);
    expect(await incidents.open()).toEqual([{ source: 'clinic', kind: 'drift', count: 1 }]);
  });

  it('outlive the record version', async () => {
    const { incidents } = stores();
    await incidents.raise([drift({ recordId: 4_711 })]);
    expect(await incidents.list({}, 10)).toMatchObject([{ type: '', resourceId: '', recordId: 4_711 }]);
  });
}
