import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { connectPostgresQueue } from '#adapters/queue-bullmq';
import { PostgresSourceRegistry, PostgresSourceTasks } from '#adapters/store-postgres';
import { SourceTaskRunner, type RecurringTask, type TaskRun } from '#platform';
import { PortError, type JobQueue, type Source } from '#ports';
import { eventually } from '../support/eventually.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { testSealer } from '../support/test-sealer.js';
import { WARD } from '../support/test-source.js';

describe('SourceTaskRunner', () => {
  beforeAll(() => {
    Logger.overrideLogger(false);
  });
  let database: TestDatabase;
  let queue: JobQueue;
  let sources: PostgresSourceRegistry;
  let tasks: PostgresSourceTasks;
  let running: SourceTaskRunner[];

  beforeAll(async () => {
    database = await createTestDatabase();
    queue = connectPostgresQueue({ url: database.url });
    sources = new PostgresSourceRegistry(database.db, testSealer());
    tasks = new PostgresSourceTasks(database.db);
  }, 60_000);
  afterAll(async () => {
    await queue.close();
    await database.drop();
  });
  beforeEach(() => (running = []));
  afterEach(async () => {
    await Promise.all(running.map((runner) => runner.stop()));
    await database.empty();
  });

  const declare = (name: string): Promise<Source> =>
    sources.declare({ ...WARD, name, base: `http://127.0.0.1:9/${name}` });
  async function start(
    recurring: Partial<RecurringTask> & Pick<RecurringTask, 'run'>,
  ): Promise<SourceTaskRunner> {
    const parts = { sources, tasks, queue, clock: { now: () => new Date() }, sweepIntervalMs: 50 };
    const runner = new SourceTaskRunner(
      { task: 'reconcile', concurrency: 4, everyMs: () => 100, ...recurring },
      parts,
    );
    running.push(runner);
    await runner.start();
    return runner;
  }

  it('runs for each source that has the task, again and again, from where it stood', async () => {
    const one = await declare('one');
    await declare('other');
    const seen: (string | undefined)[] = [];
    await start({
      everyMs: ({ name }) => (name === 'one' ? 100 : undefined),
      run: (source, { lease }) => {
        expect(source.id).toBe(one.id);
        seen.push(lease.position);
        return Promise.resolve({ position: String(seen.length) });
      },
    });
    await eventually('three runs', () => seen.length >= 3);
    expect(seen.slice(0, 3)).toEqual([undefined, '1', '2']);
  });

  it('runs in one of two processes at a time', async () => {
    await declare('one');
    let under = 0;
    let most = 0;
    let runs = 0;
    const run = async () => {
      most = Math.max(most, ++under);
      await delay(20);
      under -= 1;
      runs += 1;
      return {};
    };
    await start({ run, everyMs: () => 1 });
    await start({ run, everyMs: () => 1 });
    await eventually('ten runs', () => runs >= 10);
    expect(most).toBe(1);
  });

  it('tries again after a pause when it failed, keeps what was advanced, and holds up no other source', async () => {
    const bad = await declare('bad');
    await declare('good');
    let good = 0;
    let failures = 0;
    await start({
      run: async (source, run) => {
        if (source.name === 'good') return Promise.resolve({ position: String(++good) });
        await run.advance('half');
        failures += 1;
        throw new PortError('SOURCE.UNAVAILABLE', 'it is away', 'retry');
      },
    });
    await eventually('progress', () => good >= 5 && failures >= 2);
    expect(failures).toBeLessThan(good);
    expect(await tasks.states({ sourceId: bad.id })).toMatchObject([
      { error: 'SOURCE.UNAVAILABLE', position: 'half', succeededAt: undefined },
    ]);
  });

  it('leaves a source alone for as long as it asked', async () => {
    const source = await declare('busy');
    await start({
      run: () => {
        const retryAfterMs = 3_600_000;
        throw new PortError('SOURCE.UNAVAILABLE', 'it is busy', 'slow-down', { retryAfterMs });
      },
    });
    const state = await eventually('a failure', async () =>
      (await tasks.states({ sourceId: source.id })).find(({ error }) => error !== undefined),
    );
    expect(state.nextAt.getTime()).toBeGreaterThan(Date.now() + 3_500_000);
  });

  it('tells a run that the process stops, and gives the task back', async () => {
    const source = await declare('one');
    let run: TaskRun | undefined;
    const runner = await start({
      run: async (_source, held) => {
        run = held;
        await new Promise((resolve) => held.signal.addEventListener('abort', resolve));
        return {};
      },
    });
    await eventually('a run', () => run);
    await runner.stop();
    expect(await tasks.states({ sourceId: source.id })).toMatchObject([{ running: false, error: undefined }]);
  });
});
