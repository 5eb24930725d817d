import { Global, Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  AnchorStore,
  Clock,
  Inbox,
  JobQueue,
  type LedgerProgress,
  type LogHead,
  LogStore,
  PortError,
} from '#ports';
import { loadServerConfig } from '../config/load-config.js';
import { createHttpApp } from '../http/create-http-app.js';
import { PlatformModule } from '../platform.module.js';
import { HealthModule } from './health.module.js';

const START = Date.parse('2025-01-01T00:00:00Z');
const SECOND = 1000;

/** What the stores hold, for a test to change: the ports in memory, as far as health reads them. */
const state = {
  now: START,
  head: undefined as LogHead | undefined,
  oldestWaiting: undefined as Date | undefined,
  oldestPending: undefined as Date | undefined,
  ledger: undefined as Partial<LedgerProgress> | undefined,
  database: () => Promise.resolve(),
  queue: () => Promise.resolve(3),
};
const fresh = { ...state };

function progress(): LedgerProgress[] {
  const none = { submitted: 0, included: 0, final: 0, newest: undefined, lastError: undefined };
  return state.ledger ? [{ ledger: 'mainnet', ...none, ...state.ledger }] : [];
}

const facts = {
  inbox: () => state.database().then(() => ({ waiting: 7, dead: 1, oldestWaiting: state.oldestWaiting })),
  log: () => state.database().then(() => ({ pending: 2, oldestPending: state.oldestPending })),
};

@Global()
@Module({
  providers: [
    { provide: Inbox, useValue: { facts: facts.inbox } },
    {
      provide: LogStore,
      useValue: { facts: facts.log, head: () => state.database().then(() => state.head) },
    },
    { provide: AnchorStore, useValue: { progress: () => state.database().then(progress) } },
    { provide: JobQueue, useValue: { depth: () => state.queue() } },
  ],
  exports: [Inbox, LogStore, AnchorStore, JobQueue],
})
class PortsModule {}

const config = loadServerConfig({
  environment: {
    ATTESTRY_PROFILE: 'test',
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
    ATTESTRY_HEALTH_TIMEOUTMS: '100',
    ATTESTRY_LEDGERS:
      '[{name: mainnet, kind: evm, rpcUrl: "http://127.0.0.1:1", chainId: 1, contract: "0x5FbDB2315678afecb367f032d93F642f64180aa3", confirmations: 1, keyFile: k, intervalMs: 1000}]',
  },
});

@Module({ imports: [PlatformModule.forRoot(config), PortsModule, HealthModule.forRoot()] })
class HealthyModule {}

interface Ready {
  status: string;
  error: Record<string, Record<string, unknown>>;
  details: Record<string, Record<string, unknown>>;
}

describe('health', () => {
  let app: NestFastifyApplication;
  beforeAll(async () => {
    app = await createHttpApp(HealthyModule);
    app.get(Clock).now = () => new Date(state.now);
    await app.init();
  });
  afterAll(() => app.close());
  beforeEach(() => Object.assign(state, fresh));

  async function ready(): Promise<{ code: number; failed: string[] } & Ready> {
    const answer = await app.inject({ url: '/health/ready' });
    const body = answer.json<Ready>();
    return { code: answer.statusCode, failed: Object.keys(body.error), ...body };
  }

  const ago = (ms: number): Date => new Date(state.now - ms);
  const head = (size: number, ageMs: number): LogHead => ({
    size,
    root: new Uint8Array(32),
    note: '',
    signedAt: ago(ageMs),
  });

  it('is ready with an empty log, and after a quiet night', async () => {
    expect(await ready()).toMatchObject({ code: 200, status: 'ok', failed: [] });
    state.head = head(5, 40_000 * SECOND);
    state.ledger = { included: 5, newest: ago(40_000 * SECOND) };
    expect(await ready()).toMatchObject({ code: 200, failed: [] });
  });

  it('says that the database is away, by code alone', async () => {
    state.database = () => Promise.reject(new PortError('STORE.UNAVAILABLE', 'No answer from db.', 'retry'));
    const answer = await ready();
    expect(answer.code).toBe(503);
    expect(answer.failed).toEqual(['database', 'pending', 'checkpoint', 'anchors']);
    expect(answer.details['database']).toEqual({ status: 'down', code: 'STORE.UNAVAILABLE' });
    expect(answer.details['queue']).toEqual({ status: 'up', waiting: 3 });
    state.database = () => Promise.reject(new Error('password of mrs-doe'));
    expect((await ready()).details['database']).toEqual({ status: 'down', code: 'HEALTH.CHECK_FAILED' });
  });

  it('says that the queue is away, or does not answer in time', async () => {
    state.queue = () => Promise.reject(new PortError('QUEUE.UNAVAILABLE', 'No answer.', 'retry'));
    expect(await ready()).toMatchObject({ code: 503, failed: ['queue'] });
    state.queue = () => new Promise(() => undefined);
    expect((await ready()).error['queue']).toEqual({ status: 'down', code: 'HEALTH.TIMEOUT' });
  });

  it('fails when a notification, or a commitment, has waited too long', async () => {
    state.oldestWaiting = ago(60 * SECOND);
    state.oldestPending = ago(30 * SECOND);
    expect((await ready()).code).toBe(200);
    state.oldestWaiting = ago(60 * SECOND + 1);
    expect(await ready()).toMatchObject({
      code: 503,
      failed: ['pending'],
      error: { pending: { oldestMs: 60_001, limitMs: 60_000 } },
    });
    state.oldestPending = ago(30 * SECOND + 1);
    expect((await ready()).failed).toEqual(['pending', 'checkpoint']);
  });

  it('fails when a ledger stays behind without progress, and only then', async () => {
    state.head = head(10, 0);
    state.ledger = { included: 5, newest: ago(40_000 * SECOND) };
    expect((await ready()).code).toBe(200);
    state.now += 900 * SECOND;
    expect((await ready()).code).toBe(200);
    state.now += 1;
    expect(await ready()).toMatchObject({
      code: 503,
      failed: ['anchors'],
      error: { anchors: { late: ['mainnet'] } },
    });
    state.ledger = { included: 8, newest: ago(0) };
    expect((await ready()).code).toBe(200);
    state.now += 901 * SECOND;
    expect((await ready()).code).toBe(503);
    state.ledger = { final: 10, newest: ago(0) };
    expect((await ready()).code).toBe(200);
    state.ledger = undefined;
    expect((await ready()).code).toBe(200);
    state.now += 901 * SECOND;
    expect((await ready()).code).toBe(503);
  });

  it('lives on whatever else is away', async () => {
    state.database = () => Promise.reject(new Error('away'));
    state.queue = () => Promise.reject(new Error('away'));
    const answer = await app.inject({ url: '/health/live' });
    expect([answer.statusCode, answer.json()]).toEqual([200, { status: 'ok' }]);
  });

  it('shows the same facts as metrics, and keeps them while the database is away', async () => {
    state.head = head(10, 3 * SECOND);
    state.oldestWaiting = ago(2 * SECOND);
    state.ledger = { included: 10, newest: ago(SECOND) };
    const read = async (): Promise<string> => (await app.inject({ url: '/metrics' })).payload;
    const text = await read();
    for (const line of [
      'attestry_inbox_waiting 7',
      'attestry_inbox_dead 1',
      'attestry_inbox_oldest_seconds 2',
      'attestry_log_size 10',
      'attestry_log_pending 2',
      'attestry_checkpoint_age_seconds 3',
      'attestry_anchored_size{ledger="mainnet"} 10',
      'attestry_anchor_age_seconds{ledger="mainnet"} 1',
      'attestry_anchor_behind_seconds{ledger="mainnet"} 0',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
    state.database = () => Promise.reject(new Error('away'));
    expect((await read()).split('\n')).toContain('attestry_log_size 10');
  });
});
