import fastify, { type FastifyInstance } from 'fastify';

/** A plain Fastify server that hands bodies over as bytes: what a baseline is measured on. */
export function plainServer(): FastifyInstance {
  const server = fastify();
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  return server;
}

/** Listens, and says so on standard output as our own programs do. */
export async function serve(server: FastifyInstance): Promise<void> {
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  process.once('SIGTERM', () => void server.close().then(() => process.exit(0)));
  process.stdout.write(`${JSON.stringify({ ready: true, url })}\n`);
}
