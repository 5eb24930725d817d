import type { Source } from '#ports';
import { acceptFor, declareSource, type Stores } from './store-steps.js';
import { recordVersion } from '../support/record-versions.js';

export function deadLettersContract(stores: () => Stores): void {
  let ward: Source;
  let lab: Source;
  beforeEach(async () => {
    ward = await declareSource(stores(), 'ward');
    lab = await declareSource(stores(), 'lab');
  });

  /** Buries one notification of each source given; answers their ids. */
  async function bury(code: string, ...sources: readonly Source[]): Promise<readonly number[]> {
    const ids = await acceptFor(
      stores(),
      sources.map(({ id }) => recordVersion({ sourceId: id })),
    );
    await stores().inbox.settle(ids.map((itemId) => ({ itemId, outcome: 'dead', code })));
    return ids;
  }

  it('lists them newest first, page by page, with reason and attempts', async () => {
    const { deadLetters } = stores();
    const [first, second] = await bury('RESOURCE.NOT_A_RESOURCE', ward, lab);
    const [third] = await bury('CANONICAL.INVALID_JSON', ward);
    expect(await deadLetters.list({}, 10)).toMatchObject([
      { id: third, source: 'ward', code: 'CANONICAL.INVALID_JSON', attempts: 1 },
      { id: second, source: 'lab', code: 'RESOURCE.NOT_A_RESOURCE' },
      { id: first, source: 'ward' },
    ]);
    const page = await deadLetters.list({}, 1, third);
    expect(page.map(({ id }) => id)).toEqual([second]);
    expect(page[0]!.diedAt.getTime()).toBeGreaterThanOrEqual(page[0]!.receivedAt.getTime());
  });

  it('finds them by source, code, id and time', async () => {
    const { deadLetters } = stores();
    const [first, second] = await bury('A.ONE', ward, lab);
    const [third] = await bury('A.TWO', ward);
    const found = async (filter: Parameters<typeof deadLetters.list>[0]): Promise<number[]> =>
      (await deadLetters.list(filter, 10)).map(({ id }) => id);
    expect(await found({ sourceId: ward.id })).toEqual([third, first]);
    expect(await found({ code: 'A.ONE' })).toEqual([second, first]);
    expect(await found({ ids: [first!, third!], code: 'A.ONE' })).toEqual([first]);
    expect(await found({ ids: [] })).toEqual([]);
    expect(await found({ diedBefore: new Date(Date.now() - 60_000) })).toEqual([]);
    expect(await found({ diedBefore: new Date(Date.now() + 60_000) })).toHaveLength(3);
  });

  it('counts them by source and reason', async () => {
    const { deadLetters } = stores();
    await bury('A.ONE', ward, ward, lab);
    await bury('A.TWO', ward);
    expect(await deadLetters.count({})).toEqual([
      { source: 'lab', code: 'A.ONE', count: 1 },
      { source: 'ward', code: 'A.ONE', count: 2 },
      { source: 'ward', code: 'A.TWO', count: 1 },
    ]);
    expect(await deadLetters.count({ sourceId: lab.id, code: 'A.TWO' })).toEqual([]);
  });

  it('puts them back, oldest first and as if they had just come; twice changes nothing', async () => {
    const { deadLetters, inbox } = stores();
    const ids = await bury('A.ONE', ward, ward, lab);
    const received = (await deadLetters.list({}, 1))[0]!.receivedAt;
    expect(await deadLetters.retry({}, 2)).toEqual(ids.slice(0, 2));
    expect(await deadLetters.retry({}, 2)).toEqual(ids.slice(2));
    expect(await deadLetters.retry({}, 2)).toEqual([]);
    expect(await deadLetters.retry({ ids }, 10)).toEqual([]);
    const waiting = await inbox.waiting(ids, 1_000_000);
    expect(waiting.map(({ id, attempts }) => [id, attempts])).toEqual(ids.map((id) => [id, 0]));
    const facts = await inbox.facts();
    expect(facts).toMatchObject({ waiting: 3, dead: 0 });
    // It waits since it was put back, not since it came.
    expect(facts.oldestWaiting!.getTime()).toBeGreaterThanOrEqual(received.getTime());
    expect(waiting[2]!.receivedAt).toEqual(received);
  });

  it('never puts back what waits, or was never there', async () => {
    const { deadLetters } = stores();
    const ids = await acceptFor(stores(), [recordVersion({ sourceId: ward.id })]);
    expect(await deadLetters.retry({ ids: [...ids, 4_711] }, 10)).toEqual([]);
    expect(await deadLetters.list({ ids }, 10)).toEqual([]);
  });

  it('gives each to one of many who retry at once', async () => {
    const { deadLetters } = stores();
    const ids = await bury('A.ONE', ...Array<Source>(40).fill(ward));
    const retried = await Promise.all(Array.from({ length: 4 }, () => deadLetters.retry({}, 40)));
    expect(retried.flat().sort((a, b) => a - b)).toEqual(ids);
  });
}
