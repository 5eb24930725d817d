import pg from 'pg';
import { loadKeys } from '#adapters/keys-file';
import { parseResource } from '#core';
import { loadServerConfig } from '#platform';
import { encodeNotification, notificationContext } from '#ports';
import { SOURCE } from '../records/source.js';
import { isSigned } from './is-signed.js';
import { plainServer, serve } from './serve.js';

/**
 * What `intake` is compared with: the same checks and the same sealing on plain Fastify, but one INSERT and one commit
 * for each request. It tells no worker.
 */
const INSERT = 'insert into inbox (source_id, sealed_body) values ($1, $2)';
const { data, log, database } = loadServerConfig();
const { sealer } = await loadKeys(data, log.origin);
const pool = new pg.Pool({ connectionString: database.url, max: database.poolSize });
const { rows } = await pool.query<{ id: number }>('select id from source where name = $1', [SOURCE.name]);
const sourceId = rows[0]!.id;

const server = plainServer();
server.post('/intake/:source', async (request, reply) => {
  const body = request.body as Buffer;
  if (!isSigned(body, request.headers)) return reply.status(401).send();
  parseResource(body);
  const sealed = sealer.seal(encodeNotification({ hint: {}, body }), notificationContext(sourceId));
  await pool.query({ name: 'accept', text: INSERT, values: [sourceId, sealed] });
  return reply.send();
});
await serve(server);
