import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '#platform';

/** A Redis server of one's own. */
export interface TestRedis {
  readonly url: string;
  /** `kill -9` */
  kill(): Promise<void>;
  /** Starts it again at the same address, empty. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts `redis-server`, if this machine has one; undefined otherwise. */
export async function startTestRedis(): Promise<TestRedis | undefined> {
  const port = await freePort(0);
  const folder = await mkdtemp(join(tmpdir(), 'attestry-redis-'));
  let server = await start(port, folder);
  if (server === undefined) {
    await rm(folder, { recursive: true });
    return undefined;
  }
  const kill = async (): Promise<void> => {
    const ended = server && once(server, 'exit');
    server?.kill('SIGKILL');
    await ended;
    server = undefined;
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    kill,
    restart: async () => {
      await kill();
      server = await start(port, folder);
    },
    stop: async () => {
      await kill();
      await rm(folder, { recursive: true });
    },
  };
}

async function start(port: number, folder: string): Promise<ReturnType<typeof spawn> | undefined> {
  const flags = [
    '--port',
    String(port),
    '--bind',
    '127.0.0.1',
    '--save',
    '',
    '--appendonly',
    'no',
    '--dir',
    folder,
  ];
  const server = spawn('redis-server', flags, { stdio: 'ignore' });
  const started = await once(server, 'spawn').then(
    () => true,
    () => false,
  );
  if (!started) return undefined;
  while (!(await answers(port))) await delay(20);
  return server;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const answer = (yes: boolean) => (): void => {
      socket.destroy();
      resolve(yes);
    };
    socket.once('connect', answer(true)).once('error', answer(false));
  });
}
