import { type PortError, type Source } from '#ports';
import { aSource } from '../../../test/support/a-source.js';
import { FhirRestSource, FhirRestSubscriptions, SourceTransport, type FhirRestOptions } from './index.js';
import { json, serveSource, type Handler, type ServedSource } from '../../../test/support/served-source.js';

const closing: (() => unknown)[] = [];
let transport: SourceTransport;
beforeEach(() => {
  transport = new SourceTransport({ retries: { most: 1, backoffMs: 1, longestMs: 1 } });
  closing.push(() => transport.close());
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function serve(handler: Handler): Promise<ServedSource> {
  const served = await serveSource(handler);
  closing.push(served.close);
  return served;
}

const read = (source: Source, options?: FhirRestOptions) =>
  new FhirRestSource(transport, options).read(source, 'Patient', 'p');

describe('what a source answers becomes an error with advice', () => {
  it.each([
    [500, {}, 'SOURCE.UNAVAILABLE', 'retry'],
    [502, {}, 'SOURCE.UNAVAILABLE', 'retry'],
    [503, {}, 'SOURCE.UNAVAILABLE', 'retry'],
    [503, { 'retry-after': '7' }, 'SOURCE.UNAVAILABLE', 'slow-down'],
    [429, {}, 'SOURCE.UNAVAILABLE', 'slow-down'],
    [408, {}, 'SOURCE.UNAVAILABLE', 'retry'],
    [400, {}, 'SOURCE.REFUSED', 'stop'],
    [401, {}, 'SOURCE.REFUSED', 'stop'],
    [403, {}, 'SOURCE.REFUSED', 'stop'],
    [501, {}, 'SOURCE.REFUSED', 'stop'],
    [304, {}, 'SOURCE.REFUSED', 'stop'],
  ])('%i %j: %s, %s', async (status, headers, code, advice) => {
    const { source } = await serve(json(status, '', headers));
    await expect(read(source)).rejects.toMatchObject({ name: 'PortError', code, advice });
  });

  it.each([
    ['HTML', '<html>'],
    ['nothing', ''],
    ['a list', []],
    ['null', 'null'],
    ['no resource', {}],
    ['another type', { resourceType: 'Observation', id: 'p' }],
    ['another id', { resourceType: 'Patient', id: 'q' }],
  ])('%s: malformed', async (_what, body) => {
    const { source } = await serve(json(200, body));
    await expect(read(source)).rejects.toMatchObject({ code: 'SOURCE.MALFORMED', advice: 'stop' });
  });

  it('says nothing of what was received or asked for', async () => {
    const handlers: Handler[] = [
      json(200, '{"resourceType":"Patient","id":"p","family":"Chalmers'),
      json(422, { resourceType: 'OperationOutcome', issue: [{ diagnostics: 'Chalmers' }] }),
      (_request, response) => response.socket?.end('HTTP/1.1 200 Chalmers\r\nbroken Chalmers\r\n\r\n'),
    ];
    for (const handler of handlers) {
      const { source } = await serve(handler);
      const error = await read(source).catch((caught: unknown) => caught as PortError);
      expect((error as PortError).code).toMatch(/^SOURCE\./);
      const all = [
        (error as Error).message,
        (error as Error).stack,
        JSON.stringify(error),
        String((error as Error).cause),
      ];
      expect(all.join()).not.toMatch(/Chalmers|Patient/);
    }
  });
});

describe('an answer is bounded', () => {
  it('in time, also when it trickles', async () => {
    const { source } = await serve((_request, response) => {
      response.writeHead(200).write('{');
      const timer = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(timer));
    });
    const started = Date.now();
    await expect(read({ ...source, settings: { ...source.settings, timeoutMs: 150 } })).rejects.toMatchObject(
      {
        code: 'SOURCE.UNAVAILABLE',
        advice: 'retry',
      },
    );
    expect(Date.now() - started).toBeLessThan(2000);
  });

  it('in size, also without a Content-Length', async () => {
    const { source } = await serve((_request, response) => {
      response.writeHead(200);
      const more = (): void => {
        while (response.write('x'.repeat(10_000)));
      };
      response.on('drain', more);
      more();
    });
    await expect(read(source, { maxBytes: 100_000 })).rejects.toMatchObject({ code: 'SOURCE.MALFORMED' });
  });
});

describe('nobody but the source is asked', () => {
  it.each([301, 302, 307, 308])('a redirect by %i is refused', async (status) => {
    const elsewhere = await serve(json(200, { resourceType: 'Patient', id: 'p' }));
    const { source } = await serve(json(status, '', { location: `${elsewhere.source.base}/Patient/p` }));
    await expect(read(source)).rejects.toMatchObject({ code: 'SOURCE.REFUSED', advice: 'stop' });
    expect(elsewhere.seen).toEqual([]);
  });

  it('a next page elsewhere, or beside the base, is refused', async () => {
    const elsewhere = await serve(json(200, { resourceType: 'Bundle', type: 'searchset' }));
    for (const url of [`${elsewhere.source.base}/Subscription`, '/fhirish/x', '/fhir/../x']) {
      const { source, seen, origin } = await serve((request, response) =>
        json(200, {
          resourceType: 'Bundle',
          type: 'searchset',
          link: [{ relation: 'next', url: url.startsWith('/') ? origin + url : url }],
        })(request, response, ''),
      );
      const subscribed = new FhirRestSubscriptions(transport).ensure(source, 'http://127.0.0.1:9/hook');
      await expect(subscribed).rejects.toMatchObject({ code: 'SOURCE.REFUSED' });
      expect(seen).toHaveLength(1);
    }
    expect(elsewhere.seen).toEqual([]);
  });

  it('a search without end is left', async () => {
    const { source, seen, origin } = await serve((request, response) =>
      json(200, {
        resourceType: 'Bundle',
        type: 'searchset',
        link: [{ relation: 'next', url: `${origin}/fhir?page=${String(request.url?.length)}` }],
      })(request, response, ''),
    );
    const subscribed = new FhirRestSubscriptions(transport).ensure(source, 'http://127.0.0.1:9/hook');
    await expect(subscribed).rejects.toMatchObject({ code: 'SOURCE.MALFORMED' });
    expect(seen.length).toBeLessThan(30);
  });

  it.each([
    'ftp://127.0.0.1/fhir',
    'http://user:secret@127.0.0.1/fhir',
    'not a url',
    'http://127.0.0.1/fhir?x=1',
  ])('the base %s is refused', async (base) => {
    await expect(read(aSource(base))).rejects.toMatchObject({ code: 'SOURCE.REFUSED' });
  });
});

describe('a deletion', () => {
  const gone = (entry: unknown, headers: Record<string, string> = {}): Handler => {
    return (request, response, body) => {
      if (request.url?.includes('_history') !== true) json(410, '', headers)(request, response, body);
      else if (entry === undefined) json(405, '')(request, response, body);
      else json(200, { resourceType: 'Bundle', type: 'history', entry: [entry] })(request, response, body);
    };
  };

  it.each([
    [
      'HAPI',
      {
        fullUrl: 'http://x/fhir/Patient/p',
        request: { method: 'DELETE', url: 'Patient/p/_history/4' },
        response: { status: '200 OK', etag: 'W/"4"', lastModified: '2024-05-01T10:00:00.000+00:00' },
      },
      '2024-05-01T10:00:00.000+00:00',
    ],
    [
      'Medplum',
      {
        fullUrl: 'http://x/fhir/R4/Patient/p',
        request: { method: 'GET', url: 'Patient/p/_history/4' },
        response: { status: '410', outcome: { resourceType: 'OperationOutcome', id: 'gone' } },
      },
      undefined,
    ],
    [
      'a server that keeps the metadata',
      {
        resource: {
          resourceType: 'Patient',
          id: 'p',
          meta: { versionId: '4', lastUpdated: '2024-05-01T10:00:00Z' },
        },
        request: { method: 'DELETE', url: 'Patient/p' },
        response: { status: '200' },
      },
      '2024-05-01T10:00:00Z',
    ],
  ])('is dated from the history of %s', async (_server, entry, lastUpdated) => {
    const { source, seen } = await serve(gone(entry));
    expect(await read(source)).toEqual({ state: 'deleted', versionId: '4', lastUpdated });
    expect(seen[1]).toBe('GET /fhir/Patient/p/_history?_count=1');
  });

  it('takes its version from the ETag of the 410 where there is no history', async () => {
    const { source } = await serve(gone(undefined, { etag: 'W/"9"' }));
    expect(await read(source)).toEqual({ state: 'deleted', versionId: '9', lastUpdated: undefined });
  });

  it('is not believed without a version', async () => {
    const { source } = await serve(gone(undefined));
    await expect(read(source)).rejects.toMatchObject({ code: 'SOURCE.MALFORMED' });
    const odd = await serve(gone({ request: { method: 'DELETE' }, response: { etag: 'W/"../9"' } }));
    await expect(read(odd.source)).rejects.toMatchObject({ code: 'SOURCE.MALFORMED' });
  });

  it('waits for a source whose history fails just now', async () => {
    const { source } = await serve((request, response, body) =>
      json(request.url?.includes('_history') === true ? 503 : 410, '')(request, response, body),
    );
    await expect(read(source)).rejects.toMatchObject({ code: 'SOURCE.UNAVAILABLE', advice: 'retry' });
  });

  it('that was undone meanwhile is asked for once more', async () => {
    let reads = 0;
    const { source } = await serve((request, response, body) => {
      const present = { resourceType: 'Patient', id: 'p', meta: { versionId: '5' } };
      if (request.url?.includes('_history') === true)
        json(200, { resourceType: 'Bundle', entry: [{ resource: present, request: { method: 'PUT' } }] })(
          request,
          response,
          body,
        );
      else json(reads++ === 0 ? 410 : 200, present)(request, response, body);
    });
    expect(await read(source)).toMatchObject({ state: 'present' });
  });
});

describe('a Subscription', () => {
  /** A server that stores Subscriptions and leaves the status to the client, as Medplum does. */
  function passive(activates: boolean): Handler {
    let stored: Record<string, unknown> | undefined;
    return (request, response, body) => {
      if (request.method === 'POST' || request.method === 'PUT') {
        stored = { ...(JSON.parse(body) as object), id: 's1' };
        if (!activates && stored['status'] === 'active') stored['status'] = 'error';
        json(200, stored)(request, response, body);
      } else if (request.url?.includes('?') === true)
        json(200, { resourceType: 'Bundle', entry: stored ? [{ resource: stored }] : [] })(
          request,
          response,
          body,
        );
      else json(200, stored)(request, response, body);
    };
  }
  let port: FhirRestSubscriptions;
  beforeEach(() => (port = new FhirRestSubscriptions(transport, { activationPausesMs: [1, 1] })));

  it('is activated by us where the server leaves it requested', async () => {
    const { source, seen } = await serve(passive(true));
    expect(await port.ensure(source, 'http://127.0.0.1:9/a,b')).toMatchObject([
      { id: 's1', status: 'active' },
    ]);
    expect(seen).toEqual([
      'GET /fhir/Subscription?url=http%3A%2F%2F127.0.0.1%3A9%2Fa%5C%2Cb&_count=100',
      'POST /fhir/Subscription',
      'GET /fhir/Subscription/s1',
      'GET /fhir/Subscription/s1',
      'PUT /fhir/Subscription/s1',
    ]);
    expect(await port.ensure(source, 'http://127.0.0.1:9/a,b')).toMatchObject([
      { id: 's1', status: 'active' },
    ]);
    expect(seen).toHaveLength(6);
  });

  it('that never becomes active is refused', async () => {
    const { source } = await serve(passive(false));
    const subscribed = port.ensure(source, 'http://127.0.0.1:9/hook');
    await expect(subscribed).rejects.toMatchObject({ code: 'SOURCE.REFUSED' });
  });

  it.each([
    ['without a channel', { resourceType: 'Subscription', id: 's' }],
    [
      'with an id that leaves the base',
      { resourceType: 'Subscription', id: '../x', channel: { endpoint: 'http://127.0.0.1:9/' } },
    ],
  ])('%s is malformed', async (_what, resource) => {
    const { source, seen } = await serve(json(200, { resourceType: 'Bundle', entry: [{ resource }] }));
    const subscribed = port.ensure(source, 'http://127.0.0.1:9/');
    await expect(subscribed).rejects.toMatchObject({ code: 'SOURCE.MALFORMED', advice: 'stop' });
    expect(seen).toHaveLength(1);
  });
});
