import { createServer } from 'node:net';

/** Below the ports that systems give to outgoing connections: one that is free now is not taken by the next of those. */
const LOWEST = 10_000;
const HIGHEST = 30_000;
const TRIES = 50;

/** `usual` if it is a port and nothing listens there on 127.0.0.1, or else another port that is free just now. */
export async function freePort(usual: number): Promise<number> {
  if (usual > 0 && (await isFree(usual))) return usual;
  for (let tried = 0; tried < TRIES; tried += 1) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST));
    if (await isFree(port)) return port;
  }
  return usual;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}
