import type { Source } from '#ports';
import { acceptFor, declareSource, type Stores } from './store-steps.js';
import { recordVersion } from '../support/record-versions.js';

const FUTURE = new Date(Date.now() + 3_600_000);

export function catchUpsContract(stores: () => Stores): void {
  let source: Source;
  beforeEach(async () => {
    source = await declareSource(stores());
  });
  const due = () => stores().catchUps.due(source.id, FUTURE, 10);
  const resource = { type: 'Patient', id: 'p' };

  it('keeps what is asked for once, and tells a resource from the whole source', async () => {
    const { catchUps } = stores();
    await catchUps.ask([{ sourceId: source.id, resource }, { sourceId: source.id }]);
    await catchUps.ask([{ sourceId: source.id, resource }]);
    const found = await due();
    expect(found.map((one) => one.resource).sort()).toEqual([resource, undefined]);
    expect(await catchUps.waiting()).toEqual(new Map([[source.id, 2]]));
    expect(await catchUps.due(source.id, new Date(Date.now() - 60_000), 10)).toEqual([]);
    await catchUps.done(found);
    expect(await due()).toEqual([]);
  });

  it('keeps what was asked for again while it was carried out', async () => {
    const { catchUps } = stores();
    await catchUps.ask([{ sourceId: source.id, resource }]);
    const first = await due();
    await new Promise((resolve) => setTimeout(resolve, 5));
    await catchUps.ask([{ sourceId: source.id, resource }]);
    await catchUps.done(first);
    expect(await due()).toMatchObject([{ resource }]);
  });

  it('is due though it is asked for again and again', async () => {
    const { catchUps } = stores();
    await catchUps.ask([{ sourceId: source.id, resource }]);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await catchUps.ask([{ sourceId: source.id, resource }]);
    const [found] = await catchUps.due(source.id, new Date(Date.now() - 25), 10);
    expect(found).toMatchObject({ resource });
  });

  it('defers, and counts the attempts', async () => {
    const { catchUps } = stores();
    await catchUps.ask([{ sourceId: source.id, resource }]);
    const [one] = await due();
    await catchUps.defer(one!, 'SOURCE.UNAVAILABLE', FUTURE);
    expect(await due()).toEqual([]);
    await catchUps.defer(one!, 'SOURCE.UNAVAILABLE', new Date(Date.now() - 1_000));
    expect(await due()).toMatchObject([{ attempts: 2 }]);
  });

  it.each([
    ['whose predecessor is unknown', '3', true, 1],
    ['that is the first', '1', true, 0],
    ['that the source does not number', '0d2b6f9e-1b0a-4a3f-9c5e-2f1a3b4c5d6e', true, 0],
    ['of which no predecessor is expected', '3', false, 0],
  ])('asks for the history of a resource with a version %s', async (_what, version, expected, count) => {
    const record = recordVersion({ sourceId: source.id, id: 'p', version, expectsPredecessor: expected });
    const [itemId] = await acceptFor(stores(), [record]);
    await stores().inbox.settle([{ itemId: itemId!, outcome: 'stored', records: [record] }]);
    expect(await due()).toHaveLength(count);
  });

  it('asks for no history when the predecessor came with it, or was there', async () => {
    const versions = ['1', '2', '3'].map((version) =>
      recordVersion({ sourceId: source.id, id: 'p', version, expectsPredecessor: true }),
    );
    for (const some of [versions.slice(0, 2), versions.slice(2)]) {
      const [itemId] = await acceptFor(stores(), some);
      await stores().inbox.settle([{ itemId: itemId!, outcome: 'stored', records: some }]);
    }
    expect(await due()).toEqual([]);
  });

  it('takes requests with a settlement', async () => {
    const [itemId] = await acceptFor(stores(), [recordVersion({ sourceId: source.id })]);
    const catchUps = [{ sourceId: source.id }];
    await stores().inbox.settle([{ itemId: itemId!, outcome: 'stored', records: [], catchUps }]);
    expect(await due()).toMatchObject([{ sourceId: source.id }]);
  });
}
