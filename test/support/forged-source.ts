import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { SourceDeclaration } from '#ports';
import { WARD } from './test-source.js';

/** What the server answers for one path: a resource, or a status alone. */
type Held = object | number;

/** A FHIR server whose answers a test sets, path by path, so that it can contradict itself. */
export class ForgedSource {
  private readonly held = new Map<string, Held>();
  /** Paths that were asked for, in their order. */
  readonly asked: string[] = [];

  private constructor(
    readonly source: SourceDeclaration,
    private readonly close: () => Promise<void>,
  ) {}

  static async start(declaration: Partial<SourceDeclaration> = {}): Promise<ForgedSource> {
    let forged: ForgedSource | undefined = undefined;
    const server = createServer(({ url = '' }, response) => {
      const path = url.replace(/^\/fhir\//, '').replace(/\?.*/, '');
      const held = forged!.answer(path);
      response.writeHead(typeof held === 'number' ? held : 200, { 'content-type': 'application/fhir+json' });
      response.end(typeof held === 'number' ? '' : JSON.stringify(held));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const base = `http://127.0.0.1:${port}/fhir`;
    forged = new ForgedSource({ ...WARD, name: 'forged', base, ...declaration }, async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    });
    return forged;
  }

  /** @param path below the base, as in `Patient/p1` or `Patient/p1/_history/1` */
  set(path: string, held: Held): void {
    this.held.set(path, held);
  }

  stop(): Promise<void> {
    return this.close();
  }

  private answer(path: string): Held {
    this.asked.push(path);
    return this.held.get(path) ?? 404;
  }
}
