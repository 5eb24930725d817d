import { once } from 'node:events';
import type { LoadMessage, LoadPlan } from './load.js';
import { LoadGenerator } from './load-generator.js';
import { readRequests } from './request-file.js';

/** The load generator as a process of its own: takes a plan as its argument, and starts when it is told to. */
const plan = JSON.parse(process.argv[2]!) as LoadPlan;
const tell = (message: LoadMessage): void => void process.send!(message);

const requests = await readRequests(plan.file);
tell({ kind: 'ready' });
await once(process, 'message');
const result = await new LoadGenerator(plan, requests, (answer) => tell({ kind: 'answer', answer })).run();
tell({ kind: 'done', result });
process.disconnect();
