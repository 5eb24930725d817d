import type { SourcePage } from '#ports';
import {
  inTurn,
  json,
  serveSource,
  type Handler,
  type ServedSource,
} from '../../../test/support/served-source.js';
import { FhirRestSource, SourceTransport } from './index.js';

const closing: (() => unknown)[] = [];
let port: FhirRestSource;
beforeEach(() => {
  const transport = new SourceTransport({ retries: { most: 0, backoffMs: 1, longestMs: 1 } });
  closing.push(() => transport.close());
  port = new FhirRestSource(transport);
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function serve(handler: Handler): Promise<ServedSource> {
  const served = await serveSource(handler);
  closing.push(served.close);
  return served;
}

async function all(pages: AsyncIterable<SourcePage>): Promise<SourcePage[]> {
  const found: SourcePage[] = [];
  for await (const page of pages) found.push(page);
  return found;
}

const SINCE = new Date('2024-05-01T10:00:00Z');
const entry = (lastUpdated: string) => ({
  resource: { resourceType: 'Patient', id: 'p', meta: { versionId: '1', lastUpdated } },
});
const bundle = (entries: object[], next?: string) => ({
  resourceType: 'Bundle',
  type: 'history',
  ...(next !== undefined && { link: [{ relation: 'next', url: next }] }),
  entry: entries,
});
/** Pages 1 to 3, each with a link to the next one below the base. */
const paged = (...pages: object[][]): Handler => {
  return (request, response, body) => {
    const { searchParams } = new URL(request.url ?? '', 'http://x');
    const at = Number(searchParams.get('page') ?? 0);
    const host = `http://${request.headers.host ?? ''}`;
    const next = at + 1 < pages.length ? `${host}/fhir?page=${at + 1}` : undefined;
    json(200, bundle(pages[at] ?? [], next))(request, response, body);
  };
};

describe('history', () => {
  it.each([
    [{}, '/fhir/_history'],
    [{ type: 'Patient' }, '/fhir/Patient/_history'],
    [{ type: 'Patient', id: 'p' }, '/fhir/Patient/p/_history'],
  ])('of %j', async (scope, path) => {
    const { source, seen } = await serve(json(200, bundle([])));
    await all(port.history(source, scope, { since: SINCE }));
    const url = new URL(seen[0]!.slice(4), source.base);
    expect(url.pathname).toBe(path);
    expect(Object.fromEntries(url.searchParams)).toEqual({
      _since: '2024-05-01T10:00:00.000Z',
      _count: '200',
    });
  });

  it('comes page by page, as its bytes came, and goes on from any page', async () => {
    const { source } = await serve(
      paged([entry('2024-05-03T00:00:00Z')], [], [entry('2024-05-02T00:00:00Z')]),
    );
    const pages = await all(port.history(source, {}));
    expect(
      pages.map(({ body }) => (JSON.parse(Buffer.from(body).toString()) as { entry: [] }).entry.length),
    ).toEqual([1, 0, 1]);
    expect(pages[2]!.next).toBeUndefined();
    expect(await all(port.history(source, {}, { page: pages[0]!.next }))).toEqual(pages.slice(1));
  });

  it('of a server that ignores _since ends where everything is older', async () => {
    const { source, seen } = await serve(
      paged(
        [entry('2024-05-03T00:00:00Z'), entry('2024-05-01T10:00:00Z')],
        [entry('2024-04-03T00:00:00Z')],
        [entry('2024-03-03T00:00:00Z')],
      ),
    );
    const pages = await all(port.history(source, {}, { since: SINCE }));
    expect(pages).toHaveLength(2);
    expect(pages[1]!.next).toBeUndefined();
    expect(seen).toHaveLength(2);
  });

  // As HAPI sends it: hapi-fhir history of a type, with a deletion that has no resource.
  it('of HAPI is not cut short by entries without a resource', async () => {
    const deletion = {
      fullUrl: 'http://x/fhir/Patient/p',
      request: { method: 'DELETE', url: 'Patient/p/_history/2' },
      response: { status: '200 OK', etag: 'W/"2"', lastModified: '2024-05-02T00:00:00.000+00:00' },
    };
    const { source } = await serve(paged([deletion], [entry('2024-05-01T11:00:00Z')]));
    expect(await all(port.history(source, {}, { since: SINCE }))).toHaveLength(2);
  });

  // As Medplum sends it: medplum/packages/server/src/fhir/repo.ts, readHistory; a deletion tells no time at all.
  it('of Medplum is not cut short by entries without a time', async () => {
    const deletion = {
      fullUrl: 'http://x/fhir/R4/Patient/p',
      request: { method: 'GET', url: 'Patient/p/_history/b7f1' },
      response: { status: '410', outcome: { resourceType: 'OperationOutcome', id: 'gone' } },
    };
    const { source } = await serve(paged([deletion], [entry('2024-05-01T11:00:00Z')]));
    const pages = await all(port.history(source, { type: 'Patient', id: 'p' }, { since: SINCE }));
    expect(pages).toHaveLength(2);
  });
});

describe('what a source does not have is told from what it refuses', () => {
  const ways = {
    history: (source: ServedSource['source']) => port.history(source, {}),
    changed: (source: ServedSource['source']) => port.changed(source, 'Patient', { since: SINCE }),
    events: (source: ServedSource['source']) => port.events(source, 's1', 1, 5),
  };
  const names = Object.keys(ways) as (keyof typeof ways)[];

  it.each(names.flatMap((name) => [400, 404, 405, 501].map((status) => [name, status] as const)))(
    '%s answered %i: unsupported',
    async (name, status) => {
      const { source } = await serve(json(status, ''));
      await expect(all(ways[name](source))).rejects.toMatchObject({
        code: 'SOURCE.UNSUPPORTED',
        advice: 'stop',
      });
    },
  );

  it.each(names)('%s answered 403: refused', async (name) => {
    const { source } = await serve(json(403, ''));
    await expect(all(ways[name](source))).rejects.toMatchObject({ code: 'SOURCE.REFUSED' });
  });

  it.each([404, 410])('a page that is not kept any more (%i): gone', async (status) => {
    const { source, origin } = await serve(
      inTurn((request, response, body) => paged([], [])(request, response, body), json(status, '')),
    );
    await expect(all(port.history(source, {}))).rejects.toMatchObject({ code: 'SOURCE.PAGE_GONE' });
    const resumed = all(port.changed(source, 'Patient', { page: `${origin}/fhir?page=7` }));
    await expect(resumed).rejects.toMatchObject({ code: 'SOURCE.PAGE_GONE', advice: 'stop' });
  });
});

describe('pages end', () => {
  it.each([
    ['the same again', () => 'a'],
    ['in a circle', (at: number) => `c${at % 7}`],
    ['after a while in a circle', (at: number) => (at < 20 ? `x${at}` : `c${at % 5}`)],
    ['new ones, all empty', (at: number) => `n${at}`],
  ])('%s', async (_what, page) => {
    let at = 0;
    const { source, seen } = await serve((request, response, body) =>
      json(200, bundle([], `http://${request.headers.host ?? ''}/fhir?page=${page(at++)}`))(
        request,
        response,
        body,
      ),
    );
    await expect(all(port.history(source, {}))).rejects.toMatchObject({ code: 'SOURCE.MALFORMED' });
    expect(seen.length).toBeLessThan(150);
  });
});

describe('what changed', () => {
  it('is searched for by its time, oldest first', async () => {
    const { source, seen } = await serve(json(200, bundle([])));
    await all(port.changed(source, 'Patient', { since: SINCE }));
    const url = new URL(seen[0]!.slice(4), source.base);
    expect(url.pathname).toBe('/fhir/Patient');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      _lastUpdated: 'ge2024-05-01T10:00:00.000Z',
      _sort: '_lastUpdated',
      _count: '200',
    });
  });
});

describe('one version', () => {
  const version = { resourceType: 'Patient', id: 'p', meta: { versionId: '2' } };
  const read = (source: ServedSource['source']) => port.readVersion(source, 'Patient', 'p', '2');

  it('is read by vread', async () => {
    const { source, seen } = await serve(json(200, version));
    expect(await read(source)).toMatchObject({ state: 'present' });
    expect(seen).toEqual(['GET /fhir/Patient/p/_history/2']);
  });

  it.each([400, 404, 405, 501])(
    'is the current one where there is no vread (%i), if it still is',
    async (status) => {
      const { source } = await serve(inTurn(json(status, ''), json(200, version)));
      expect(await read(source)).toMatchObject({ state: 'present' });
      const later = await serve(
        inTurn(json(status, ''), json(200, { ...version, meta: { versionId: '3' } })),
      );
      expect(await read(later.source)).toEqual({ state: 'unknown' });
      const gone = await serve(inTurn(json(status, ''), json(410, '')));
      expect(await read(gone.source)).toEqual({ state: 'unknown' });
    },
  );

  it('that is answered with another one is malformed', async () => {
    const { source } = await serve(json(200, { ...version, meta: { versionId: '3' } }));
    await expect(read(source)).rejects.toMatchObject({ code: 'SOURCE.MALFORMED' });
  });

  it.each([401, 403, 302])(
    'that the source does not give (%i) is not taken to be unknown',
    async (status) => {
      const { source } = await serve(json(status, ''));
      await expect(read(source)).rejects.toMatchObject({ code: 'SOURCE.REFUSED' });
    },
  );

  it('is a deletion, dated from the history', async () => {
    const deletion = {
      request: { method: 'DELETE', url: 'Patient/p/_history/2' },
      response: { status: '200', etag: 'W/"2"', lastModified: '2024-05-02T00:00:00Z' },
    };
    const { source } = await serve(inTurn(json(410, ''), json(200, bundle([deletion]))));
    const deleted = { state: 'deleted', versionId: '2' };
    expect(await read(source)).toEqual({ ...deleted, lastUpdated: '2024-05-02T00:00:00Z' });
    const without = await serve(inTurn(json(410, ''), json(404, '')));
    expect(await read(without.source)).toEqual({ ...deleted, lastUpdated: undefined });
  });

  it('that was no deletion is not made one by a source that answers 410 for all versions', async () => {
    const { source } = await serve(inTurn(json(410, ''), json(200, bundle([{ resource: version }]))));
    expect(await read(source)).toEqual({ state: 'unknown' });
  });
});
