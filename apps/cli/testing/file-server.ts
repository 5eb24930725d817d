import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A web server for files that are in memory, until a spec wants it to behave otherwise. */
export class FileServer {
  files: ReadonlyMap<string, Buffer> = new Map();
  /** Paths that were asked for. */
  readonly asked: string[] = [];
  /** Answers instead, where it returns true. */
  instead: (path: string, request: IncomingMessage, response: ServerResponse) => boolean = () => false;

  private constructor(
    readonly url: string,
    private readonly close: () => void,
  ) {}

  static async start(): Promise<FileServer> {
    const server = createServer((request, response) => files.answer(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const files = new FileServer(`http://127.0.0.1:${port}/log`, () => {
      server.close();
      server.closeAllConnections();
    });
    return files;
  }

  stop(): void {
    this.close();
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const path = (request.url ?? '').replace(/^\/log\//, '');
    this.asked.push(path);
    if (this.instead(path, request, response)) return;
    const file = this.files.get(path);
    response.statusCode = file ? 200 : 404;
    // No type that says what it is: what counts is the content.
    response.setHeader('Content-Type', 'text/html');
    response.end(file ?? 'no such file');
  }
}
