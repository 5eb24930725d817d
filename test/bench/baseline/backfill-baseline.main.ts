import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { startOrExit } from '../../../apps/composition/process.js';
import { takeOne } from './one-by-one.js';

/**
 * What `backfill` is compared with: the same stores and the same core, but every line of the file on its own. Needs
 * neither API nor queue nor worker.
 */
await startOrExit('baseline', () => Promise.resolve({ ready: true, url: 'http://127.0.0.1:0' }));
process.once('SIGTERM', () => process.exit(0));
for await (const line of createInterface({ input: createReadStream(process.env['BENCH_FILE']!) }))
  await takeOne(Buffer.from(line));
