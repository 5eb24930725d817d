import { createServer } from 'node:net';

/** `usual` if nothing listens there on 127.0.0.1, or else any port that is free just now. */
export async function freePort(usual: number): Promise<number> {
  return (await tryListen(usual)) ?? (await tryListen(0)) ?? usual;
}

function tryListen(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? address?.port : undefined));
    });
  });
}
