import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { LoadMessage, LoadPlan, LoadResult, ReportedAnswer } from './load.js';
import { writeRequests, type RenderedRequest } from './request-file.js';

const ENTRY = fileURLToPath(new URL('./load-generator.main.js', import.meta.url));

/** What happens around a load. */
export interface LoadEvents {
  /** Right before the first request: everything is rendered and read. */
  readonly started?: () => void;
  readonly answered?: (answer: ReportedAnswer) => void;
}

/** Sends requests from a process of its own. Throws when that fails, or when any answer is not the expected one. */
export async function runLoad(
  plan: LoadPlan,
  requests: readonly RenderedRequest[],
  events: LoadEvents = {},
): Promise<LoadResult> {
  await writeRequests(plan.file, requests);
  const child = fork(ENTRY, [JSON.stringify(plan)]);
  try {
    const result = await talk(child, events);
    if (result.wrong > 0) throw new Error(`${result.wrong} of ${result.answered} answers were wrong`);
    return result;
  } finally {
    child.kill('SIGKILL');
    await rm(plan.file);
  }
}

async function talk(child: ChildProcess, events: LoadEvents): Promise<LoadResult> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the load generator ended early (${String(code)})`);
  });
  const done = new Promise<LoadResult>((resolve) => {
    child.on('message', (message: LoadMessage) => {
      if (message.kind === 'done') resolve(message.result);
      else if (message.kind === 'answer') events.answered?.(message.answer);
      else {
        events.started?.();
        child.send('start');
      }
    });
  });
  return Promise.race([done, ended]);
}
