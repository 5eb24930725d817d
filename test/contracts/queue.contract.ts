import { setTimeout as delay } from 'node:timers/promises';
import { PortError, type JobContracts, type JobQueue } from '#ports';
import { startCuttableProxy } from '../support/cuttable-proxy.js';

/** What the contract needs of whoever runs it against an adapter. */
export interface QueueFixture {
  readonly port: number;
  /** A new connection to the server, as another process would have it; through another port of it, if told. */
  connect(options?: QueueFixtureOptions): JobQueue;
  /** Kills the server (`kill -9`). */
  kill(): Promise<void>;
  /** Starts it again at the same address. */
  restart(): Promise<void>;
}

interface QueueFixtureOptions {
  readonly port?: number;
  readonly onError?: (error: unknown) => void;
  readonly lockMs?: number;
  readonly timeoutMs?: number;
}

type Normalise = JobContracts['normalise'];

/** What every JobQueue keeps. Queues are told apart by an anchor queue's name, so that no test sees another's jobs. */
export function queueContract(fixture: () => QueueFixture): void {
  let opened: JobQueue[];
  let name: `anchor-${string}`;
  let tests = 0;

  const connect = (options?: QueueFixtureOptions): JobQueue => {
    const queue = fixture().connect(options);
    opened.push(queue);
    return queue;
  };
  const job = (id: string, item = 1): { id: string; data: Normalise } => ({ id, data: { items: [item] } });

  beforeEach(() => {
    opened = [];
    name = `anchor-contract-${++tests}`;
  });
  afterEach(async () => {
    await Promise.all(opened.map((queue) => queue.close()));
  });

  // A BullMQ worker that failed to look for stalled jobs sleeps five seconds over it, closed or not.
  afterAll(() => delay(5_000));

  it('hands each job to one worker, with its data as it was', async () => {
    const seen: number[] = [];
    const take = ({ items }: Normalise): Promise<void> => Promise.resolve(void seen.push(...items));
    await connect().work(name, 'normalise', 4, take);
    await connect().work(name, 'normalise', 4, take);
    const jobs = Array.from({ length: 50 }, (_, item) => job(`j${item}`, item));
    await connect().add(name, 'normalise', jobs);
    await until(() => seen.length === 50);
    await delay(100);
    expect(seen.toSorted((a, b) => a - b)).toEqual(jobs.map((_, item) => item));
  });

  it('queues the same id once while it waits, and again once it is done', async () => {
    const queue = connect();
    await queue.add(name, 'normalise', [job('same'), job('same')]);
    await connect().add(name, 'normalise', [job('same')]);
    expect(await queue.depth(name)).toBe(1);
    let runs = 0;
    await queue.work(name, 'normalise', 1, () => Promise.resolve(void (runs += 1)));
    await until(async () => runs === 1 && (await queue.depth(name)) === 0);
    await queue.add(name, 'normalise', [job('same')]);
    await until(() => runs === 2);
  });

  it('takes an id that is nothing but digits', async () => {
    const queue = connect();
    await queue.add(name, 'normalise', [job('42')]);
    expect(await queue.depth(name)).toBe(1);
  });

  it('runs as many at once as it was told, and no more', async () => {
    let now = 0;
    let most = 0;
    let done = 0;
    await connect().work(name, 'normalise', 3, async () => {
      most = Math.max(most, ++now);
      await delay(60);
      now--;
      done++;
    });
    await connect().add(
      name,
      'normalise',
      Array.from({ length: 9 }, (_, at) => job(`j${at}`)),
    );
    await until(() => done === 9);
    expect(most).toBe(3);
  });

  it('holds a delayed job back, and then runs it on time', async () => {
    const queue = connect();
    let ran = 0;
    await queue.work(name, 'normalise', 1, () => Promise.resolve(void (ran = Date.now())));
    const added = Date.now();
    await queue.add(name, 'normalise', [{ ...job('later'), delayMs: 700 }]);
    expect(await queue.depth(name)).toBe(1);
    await until(() => ran > 0);
    expect(ran - added).toBeGreaterThanOrEqual(690);
    expect(ran - added).toBeLessThan(2_500);
  });

  it('tries a job that throws again, later each time, and gives it up in the end', async () => {
    const errors: unknown[] = [];
    const queue = connect({ onError: (error) => errors.push(error) });
    const at: number[] = [];
    await queue.work(name, 'normalise', 1, () => {
      at.push(Date.now());
      return at.length < 3
        ? Promise.reject(new PortError('TEST.FAILED', 'on purpose', 'retry'))
        : Promise.resolve();
    });
    await queue.add(name, 'normalise', [job('fails')]);
    await until(async () => at.length === 3 && (await queue.depth(name)) === 0);
    expect(at[1]! - at[0]!).toBeGreaterThanOrEqual(200);
    expect(at[2]! - at[1]!).toBeGreaterThan(at[1]! - at[0]!);
    expect(errors.filter((error) => error instanceof PortError && error.code === 'TEST.FAILED')).toHaveLength(
      2,
    );
  });

  it('waits for the jobs under way when a worker closes, and takes no more', async () => {
    const queue = connect();
    let started = 0;
    let ended = 0;
    const worker = await queue.work(name, 'normalise', 1, async () => {
      started++;
      await delay(300);
      ended++;
    });
    await queue.add(name, 'normalise', [job('a'), job('b')]);
    await until(() => started === 1);
    await worker.close();
    expect([started, ended]).toEqual([1, 1]);
    expect(await queue.depth(name)).toBe(1);
  });

  it('gives the job of a worker that vanished to another', async () => {
    const proxy = await startCuttableProxy(fixture().port);
    const doomed = connect({ port: proxy.port, lockMs: 1_000 });
    let hang = 0;
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    await doomed.work(name, 'normalise', 1, () => {
      hang++;
      return released;
    });
    const queue = connect({ lockMs: 1_000 });
    await queue.add(name, 'normalise', [job('orphan')]);
    await until(() => hang === 1);
    proxy.cut();
    let ran = 0;
    await queue.work(name, 'normalise', 1, () => Promise.resolve(void (ran += 1)));
    await until(async () => ran === 1 && (await queue.depth(name)) === 0, 20_000);
    expect(hang).toBe(1);
    // What the first worker says when it is back changes nothing.
    proxy.mend();
    await until(() => answers(doomed.depth(name)));
    await delay(500);
    release();
    await doomed.close();
    proxy.close();
    expect(await queue.depth(name)).toBe(0);
  }, 40_000);

  it('says so while the server is away, and goes on by itself when it is back', async () => {
    const seen: number[] = [];
    const queue = connect({ timeoutMs: 2_000 });
    await queue.work(name, 'normalise', 2, ({ items }) => Promise.resolve(void seen.push(...items)));
    await queue.add(name, 'normalise', [job('before', 1)]);
    await until(() => seen.includes(1));
    await fixture().kill();
    const unavailable = { code: 'QUEUE.UNAVAILABLE', advice: 'retry' };
    await expect(queue.add(name, 'normalise', [job('lost')])).rejects.toMatchObject(unavailable);
    await expect(queue.depth(name)).rejects.toMatchObject(unavailable);
    const late = connect({ timeoutMs: 1_000 });
    await expect(late.add(name, 'normalise', [job('lost')])).rejects.toMatchObject(unavailable);
    await expect(late.work(name, 'normalise', 1, () => Promise.resolve())).rejects.toMatchObject(unavailable);
    await fixture().restart();
    for (const [at, adding] of [queue, late].entries()) {
      await until(async () => {
        await adding.add(name, 'normalise', [job(`after-${at}`, 2 + at)]).catch(() => undefined);
        return seen.includes(2 + at);
      }, 20_000);
    }
  }, 60_000);
}

async function answers(asked: Promise<unknown>): Promise<boolean> {
  return await asked.then(
    () => true,
    () => false,
  );
}

/** Waits until a condition holds; fails after `patienceMs`. */
async function until(holds: () => boolean | Promise<boolean>, patienceMs = 15_000): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`not within ${patienceMs} ms: ${holds.toString()}`);
    await delay(10);
  }
}
