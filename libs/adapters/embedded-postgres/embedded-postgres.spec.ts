import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres, type EmbeddedPostgres, type EmbeddedPostgresOptions } from './index.js';

import.meta.jest.setTimeout(90_000);

describe('startEmbeddedPostgres', () => {
  let parent: string;
  let folder: string;
  const running = new Set<EmbeddedPostgres>();

  beforeAll(async () => {
    // Mode 0700: as root, the server's account cannot look into it by itself.
    parent = await mkdtemp(join(tmpdir(), 'attestry-embedded-'));
    folder = join(parent, 'data', 'postgres');
  });
  afterEach(async () => {
    await Promise.all([...running].map((server) => server.stop()));
    running.clear();
  });
  afterAll(() => rm(parent, { recursive: true }));

  const start = async (options: Partial<EmbeddedPostgresOptions> = {}): Promise<EmbeddedPostgres> => {
    const server = await startEmbeddedPostgres({ folder, port: 0, ...options });
    running.add(server);
    return server;
  };
  const ask = async (server: EmbeddedPostgres, ...statements: string[]): Promise<unknown[]> => {
    const client = new pg.Client({ connectionString: server.url });
    client.on('error', () => undefined);
    await client.connect();
    try {
      let rows: unknown[] = [];
      for (const statement of statements) ({ rows } = await client.query<Record<string, unknown>>(statement));
      return rows;
    } finally {
      await client.end();
    }
  };
  const kill = async (server: EmbeddedPostgres): Promise<void> => {
    process.kill(server.pid, 'SIGKILL');
    await server.ended;
  };
  const isGone = (pid: number): boolean => {
    try {
      process.kill(pid, 0);
      return false;
    } catch {
      return true;
    }
  };

  it('runs PostgreSQL 18 on 127.0.0.1 with nothing traded for durability', async () => {
    const server = await start();
    expect(new URL(server.url).hostname).toBe('127.0.0.1');
    const names = ['fsync', 'synchronous_commit', 'full_page_writes', 'listen_addresses', 'server_encoding'];
    const [settings] = await ask(
      server,
      `select ${names.map((name) => `current_setting('${name}') as ${name}`).join(', ')},
        current_setting('server_version_num')::int / 10000 as major, current_database() as database`,
    );
    expect(settings).toEqual({
      fsync: 'on',
      synchronous_commit: 'on',
      full_page_writes: 'on',
      listen_addresses: '127.0.0.1',
      server_encoding: 'UTF8',
      major: 18,
      database: 'attestry',
    });
  });

  it('stops cleanly and starts again with the same data, password and, if it is free, port', async () => {
    const first = await start();
    await ask(first, 'create table kept (n int)', 'insert into kept values (42)');
    await first.stop();
    expect(isGone(first.pid)).toBe(true);
    const second = await start({ port: first.port });
    expect(second.url).toBe(first.url);
    expect(await ask(second, 'select n from kept')).toEqual([{ n: 42 }]);
    expect(await readFile(join(folder, 'server.log'), 'utf8')).not.toContain('was interrupted');
  });

  it('takes another port when the usual one is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const server = await start({ port });
    expect(server.port).not.toBe(port);
    expect(await ask(server, 'select 1 as n')).toEqual([{ n: 1 }]);
    taken.close();
  });

  it('asks everybody for a password, which only its owner may read', async () => {
    const server = await start();
    const stranger = new URL(server.url);
    stranger.password = 'guess';
    const client = new pg.Client({ connectionString: stranger.href });
    await expect(client.connect()).rejects.toMatchObject({ code: '28P01' });
    expect((await stat(join(folder, 'password'))).mode & 0o777).toBe(0o600);
    await server.stop();
    await chmod(join(folder, 'password'), 0o644);
    await expect(start()).rejects.toMatchObject({ code: 'EMBEDDED_POSTGRES.PASSWORD', advice: 'stop' });
    await chmod(join(folder, 'password'), 0o600);
  });

  it('never logs what a statement was about', async () => {
    const server = await start();
    await ask(server, `create table people (name text unique)`, `insert into people values ('Jane Doe')`);
    await expect(ask(server, `insert into people values ('Jane Doe')`)).rejects.toThrow();
    await expect(ask(server, `select 'Jane Doe'::int`)).rejects.toThrow();
    const log = await readFile(join(folder, 'server.log'), 'utf8');
    expect(log).toContain('ready to accept connections');
    expect(log).not.toMatch(/Jane|insert/);
  });

  it('comes back after kill -9 in the middle of work, with all that was committed', async () => {
    const first = await start();
    await ask(first, 'create table written (n int)');
    const busy = ask(first, 'select pg_sleep(30)').catch(() => 'cut');
    const writing = Array.from({ length: 4 }, async () => {
      for (let n = 0; ; n++) await ask(first, `insert into written values (${n})`);
    }).map((endless) => endless.catch(() => 'cut'));
    await ask(first, 'insert into written values (-1)');
    await kill(first);
    const second = await start({ port: first.port });
    expect(second.port).toBe(first.port);
    expect(await ask(second, 'select n from written where n = -1')).toEqual([{ n: -1 }]);
    expect(await Promise.all([busy, ...writing])).toEqual(Array(5).fill('cut'));
  });

  it('takes over the server that a dead owner left running', async () => {
    const first = await start();
    const second = await start();
    expect([second.pid, second.url]).toEqual([first.pid, first.url]);
    await second.stop();
    await first.ended;
    expect(isGone(first.pid)).toBe(true);
  });

  it('is not taken in by a file that names another program', async () => {
    const first = await start();
    const file = join(folder, 'cluster', 'postmaster.pid');
    const lines = (await readFile(file, 'utf8')).split('\n');
    await first.stop();
    await writeFile(file, [process.pid, ...lines.slice(1)].join('\n'));
    const second = await start();
    expect(await ask(second, 'select 1 as n')).toEqual([{ n: 1 }]);
  });

  it('makes anew what an interrupted first start left, in a folder that everybody may enter', async () => {
    const other = await mkdtemp(join(tmpdir(), 'attestry-embedded-'));
    await chmod(other, 0o755);
    await mkdir(join(other, 'cluster.new', 'base'), { recursive: true });
    await writeFile(join(other, 'password'), 'half', { mode: 0o600 });
    const server = await start({ folder: other });
    expect(await ask(server, 'select 1 as n')).toEqual([{ n: 1 }]);
    await server.stop();
    await rm(other, { recursive: true });
  });

  it('says why when it cannot start', async () => {
    const settings = { shared_buffers: 'plenty' };
    await expect(start({ settings })).rejects.toMatchObject({
      code: 'EMBEDDED_POSTGRES.NOT_STARTED',
      message: expect.stringContaining('shared_buffers') as string,
    });
  });

  it('refuses a cluster of another major version', async () => {
    await writeFile(join(folder, 'cluster', 'PG_VERSION'), '12\n');
    await expect(start()).rejects.toMatchObject({ code: 'EMBEDDED_POSTGRES.OTHER_VERSION' });
  });
});
