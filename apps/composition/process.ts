import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ConfigError } from '#platform';
import { PortError } from '#ports';
import { endWithParent } from './end-with-parent.js';

/** What a process says on standard output, in one line of JSON, once it listens: for whoever started it. */
export interface Ready {
  readonly ready: true;
  readonly url: string;
}

/** Listens, and answers where. Port 0 means any free one. */
export async function listen(
  app: NestFastifyApplication,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Ready> {
  await app.listen(port, host);
  return { ready: true, url: await app.getUrl() };
}

/** Runs the start of a process: says `ready`, or why it did not start, and exits with 1. */
export async function startOrExit(name: string, start: () => Promise<Ready>): Promise<void> {
  endWithParent();
  try {
    process.stdout.write(`${JSON.stringify(await start())}\n`);
  } catch (error) {
    process.stderr.write(`${name} did not start: ${reasonOf(error)}\n`);
    process.exit(1);
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  if (error instanceof PortError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
