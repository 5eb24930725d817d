import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A TCP proxy to a local port. What goes through it vanishes at a cut, as a process that was killed does. */
export interface CuttableProxy {
  readonly port: number;
  /** Breaks every connection, and every new one until {@link mend}. */
  cut(): void;
  mend(): void;
  close(): void;
}

export async function startCuttableProxy(target: number): Promise<CuttableProxy> {
  const sockets = new Set<Socket>();
  let whole = true;
  const server = createServer((inner) => {
    if (!whole) {
      inner.destroy();
      return;
    }
    const outer = connect(target, '127.0.0.1');
    for (const socket of [inner, outer]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => sockets.delete(socket));
    }
    inner.pipe(outer).pipe(inner);
  });
  const destroyAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    cut: () => {
      whole = false;
      destroyAll();
    },
    mend: () => void (whole = true),
    close: () => {
      server.close();
      destroyAll();
    },
  };
}
