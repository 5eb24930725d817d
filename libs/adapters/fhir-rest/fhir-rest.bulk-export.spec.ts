import { gzipSync } from 'node:zlib';
import type { ExportFile, Source } from '#ports';
import { json, serveSource, type Handler, type ServedSource } from '../../../test/support/served-source.js';
import { FhirRestBulkExport, SourceTransport } from './index.js';

const closing: (() => unknown)[] = [];
let port: FhirRestBulkExport;
beforeEach(() => {
  const transport = new SourceTransport({ retries: { most: 1, backoffMs: 1, longestMs: 1 } });
  closing.push(() => transport.close());
  port = new FhirRestBulkExport(transport);
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function serve(handler: Handler): Promise<ServedSource> {
  const served = await serveSource(handler);
  closing.push(served.close);
  return served;
}

const file = (source: Source, more: Partial<ExportFile> = {}): ExportFile => ({
  type: 'Patient',
  url: `${source.base}/files/1`,
  authorised: false,
  ...more,
});

async function text(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all).toString();
}

describe('an export is started', () => {
  it('asynchronously, for the types and the time asked for', async () => {
    let asked: Record<string, unknown> = {};
    const { source, seen } = await serve((request, response, body) => {
      asked = request.headers;
      json(202, '', { 'content-location': '/fhir/status/1' })(request, response, body);
    });
    const since = new Date('2024-05-01T10:00:00Z');
    const status = await port.start(source, { types: ['Patient', 'Observation'], since });
    expect(status).toBe(`${source.base}/status/1`);
    const url = new URL(seen[0]!.slice(4), source.base);
    expect(url.pathname).toBe('/fhir/$export');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      _type: 'Patient,Observation',
      _since: '2024-05-01T10:00:00.000Z',
      _outputFormat: 'application/fhir+ndjson',
    });
    expect(asked).toMatchObject({ prefer: 'respond-async', accept: 'application/fhir+json' });
  });

  it.each([400, 404, 405, 501])('not where the source has no such operation (%i)', async (status) => {
    const { source } = await serve(json(status, ''));
    const started = port.start(source, { types: [] });
    await expect(started).rejects.toMatchObject({ code: 'SOURCE.UNSUPPORTED', advice: 'stop' });
  });

  it.each([
    [200, {}, 'SOURCE.MALFORMED'],
    [202, {}, 'SOURCE.MALFORMED'],
    [202, { 'content-location': 'http://elsewhere.example/status' }, 'SOURCE.REFUSED'],
    [429, { 'retry-after': '120' }, 'SOURCE.UNAVAILABLE'],
  ])('not by %i with %j', async (status, headers, code) => {
    const { source } = await serve(json(status, '', headers));
    await expect(port.start(source, { types: [] })).rejects.toMatchObject({ code });
  });
});

describe('an export under way', () => {
  const progress = async (handler: Handler) => {
    const { source } = await serve(handler);
    return port.progress(source, `${source.base}/status/1`);
  };

  it.each([
    [
      { 'retry-after': '120', 'x-progress': '40% done' },
      { retryAfterMs: 120_000, progress: '40% done' },
    ],
    [{}, { retryAfterMs: 5_000, progress: undefined }],
    [{ 'x-progress': 'x'.repeat(500) }, { retryAfterMs: 5_000, progress: 'x'.repeat(100) }],
  ])('tells how far it is: %j', async (headers, expected) => {
    expect(await progress(json(202, '', headers))).toEqual({ state: 'running', ...expected });
  });

  // The example of https://hl7.org/fhir/uv/bulkdata/export.html#response---complete-status, at hosts of ours
  it('is complete with its manifest', async () => {
    const files = await serve(json(200, ''));
    const { source, origin } = await serve((request, response, body) =>
      json(200, {
        transactionTime: '2021-01-01T00:00:00Z',
        request: `${origin}/fhir/$export?_type=Patient,Observation`,
        requiresAccessToken: true,
        output: [
          { type: 'Patient', url: `${origin}/fhir/files/patient_file_1.ndjson`, count: 1 },
          { type: 'Observation', url: `${files.origin}/observation_file_1.ndjson` },
        ],
        deleted: [{ type: 'Bundle', url: `${origin}/fhir/files/del_file_1.ndjson` }],
        error: [{ type: 'OperationOutcome', url: `${origin}/fhir/files/err_file_1.ndjson` }],
        extension: { 'https://example.com/extra-property': true },
      })(request, response, body),
    );
    const settings = { ...source.settings, allowedBases: [files.origin] };
    expect(await port.progress({ ...source, settings }, `${source.base}/status/1`)).toEqual({
      state: 'complete',
      transactionTime: '2021-01-01T00:00:00Z',
      output: [
        { type: 'Patient', url: `${source.base}/files/patient_file_1.ndjson`, authorised: true },
        { type: 'Observation', url: `${files.origin}/observation_file_1.ndjson`, authorised: true },
      ],
      deleted: [{ type: 'Bundle', url: `${source.base}/files/del_file_1.ndjson`, authorised: true }],
      errors: 1,
    });
    await expect(port.progress(source, `${source.base}/status/1`)).rejects.toMatchObject({
      code: 'SOURCE.REFUSED',
    });
  });

  it.each([
    ['HTML', '<html>'],
    ['no time', { output: [] }],
    ['another list', { transactionTime: '2021-01-01T00:00:00Z', output: {} }],
    ['no file', { transactionTime: '2021-01-01T00:00:00Z', output: [null] }],
    [
      'a type that is none',
      { transactionTime: '2021-01-01T00:00:00Z', output: [{ type: '../x', url: '/fhir/1' }] },
    ],
  ])('whose manifest is not one (%s) is malformed', async (_what, body) => {
    await expect(progress(json(200, body))).rejects.toMatchObject({ code: 'SOURCE.MALFORMED' });
  });

  it('that failed says so', async () => {
    await expect(progress(json(500, ''))).rejects.toMatchObject({ code: 'SOURCE.UNAVAILABLE' });
    await expect(progress(json(404, ''))).rejects.toMatchObject({ code: 'SOURCE.REFUSED' });
  });

  it('is asked for nowhere else', async () => {
    const { source, seen } = await serve(json(202, ''));
    const asked = port.progress(source, 'http://elsewhere.example/status');
    await expect(asked).rejects.toMatchObject({ code: 'SOURCE.REFUSED' });
    expect(seen).toEqual([]);
  });

  it('is ended, harmlessly where it cannot be', async () => {
    for (const status of [202, 404, 405]) {
      const { source, seen } = await serve(json(status, ''));
      await port.end(source, `${source.base}/status/1`);
      expect(seen).toEqual(['DELETE /fhir/status/1']);
    }
  });
});

describe('a file', () => {
  it('comes as it is, also compressed, with our token where it is asked for', async () => {
    let authorization: string | undefined;
    const { source } = await serve((request, response) => {
      authorization = request.headers.authorization;
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{"a":1.00}\n{"b":2}\n'));
    });
    const known = { ...source, access: { kind: 'bearer', token: 'the-token' } as const };
    expect(await text(port.download(known, file(source)))).toBe('{"a":1.00}\n{"b":2}\n');
    expect(authorization).toBeUndefined();
    await text(port.download(known, file(source, { authorised: true })));
    expect(authorization).toBe('Bearer the-token');
  });

  it('of any size takes no more memory than is read of it', async () => {
    const chunk = Buffer.alloc(1024 * 1024, 'x');
    let sent = 0;
    const { source } = await serve((_request, response) => {
      const more = (): void => {
        while (sent < 300 && response.write(chunk)) sent += 1;
        if (sent++ >= 300) response.end();
      };
      response.on('drain', more);
      more();
    });
    let length = 0;
    for await (const part of port.download(source, file(source))) {
      if (length === 0) {
        await new Promise((resolve) => setTimeout(resolve, 200));
        expect(sent).toBeLessThan(30);
      }
      length += part.length;
    }
    expect(length).toBeGreaterThanOrEqual(300 * 1024 * 1024);
  });

  it('that breaks off is unavailable', async () => {
    const { source } = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('{"a":1}\n');
      setTimeout(() => response.socket?.destroy(), 20);
    });
    const downloaded = text(port.download(source, file(source)));
    await expect(downloaded).rejects.toMatchObject({ code: 'SOURCE.UNAVAILABLE', advice: 'retry' });
  });

  it('may take longer than one request, but not without a byte', async () => {
    const { source } = await serve((_request, response) => {
      response.writeHead(200);
      let sent = 0;
      const timer = setInterval(() => {
        if (++sent < 8) response.write('x');
        else clearInterval(timer);
      }, 100);
      response.on('close', () => clearInterval(timer));
    });
    const impatient = { ...source, settings: { ...source.settings, timeoutMs: 400 } };
    const started = Date.now();
    await expect(text(port.download(impatient, file(source)))).rejects.toMatchObject({
      code: 'SOURCE.UNAVAILABLE',
    });
    expect(Date.now() - started).toBeGreaterThan(800);
  });

  it('that is left gives its place to the next', async () => {
    const { source } = await serve((_request, response) => void response.writeHead(200).write('x'));
    const narrow = { ...source, settings: { ...source.settings, parallelRequests: 1 } };
    for (let i = 0; i < 3; i++)
      for await (const chunk of port.download(narrow, file(source))) {
        expect(Buffer.from(chunk).toString()).toBe('x');
        break;
      }
  });

  it('that takes the only place lets others fail after a while, and not wait for its end', async () => {
    const { source } = await serve((_request, response) => void response.writeHead(200).write('x'));
    const settings = { ...source.settings, parallelRequests: 1, timeoutMs: 300 };
    const narrow = { ...source, settings };
    const chunks = port.download(narrow, file(source))[Symbol.asyncIterator]();
    await chunks.next();
    const other = port.progress(narrow, `${source.base}/status`);
    await expect(other).rejects.toMatchObject({ code: 'SOURCE.UNAVAILABLE', advice: 'slow-down' });
    await chunks.return?.();
  });

  it('is fetched from nowhere else, also by a redirect', async () => {
    const elsewhere = await serve(json(200, ''));
    const { source } = await serve(json(307, '', { location: `${elsewhere.origin}/1` }));
    for (const url of [`${elsewhere.origin}/1`, `${source.base}/files/1`])
      await expect(text(port.download(source, file(source, { url })))).rejects.toMatchObject({
        code: 'SOURCE.REFUSED',
      });
    expect(elsewhere.seen).toEqual([]);
  });
});
