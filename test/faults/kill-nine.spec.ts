import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import { WARD } from '../support/test-source.js';
import { expectOneTree } from './expect-log.js';
import { startKillableSystem, type KillableSystem, type Victim } from './killable-system.js';
import { LogObserver } from './log-observer.js';
import { dice } from '../../apps/sandbox/index.js';
import { SteadySender } from './steady-sender.js';

const SEED = Number(process.env['FAULTS_SEED'] ?? 20_261_123);
const KILLS = 10;
const VICTIMS: readonly Victim[] = ['api', 'worker', 'database'];
const SHORTEST_LIFE_MS = 300;
const LONGEST_LIFE_MS = 2_500;
const SETTLE_MS = 60_000;

describe(`ten kill -9 under load (seed ${SEED}; another one: FAULTS_SEED=N npm test -- test/faults)`, () => {
  let system: KillableSystem;

  beforeAll(async () => {
    system = await startKillableSystem({ sources: [WARD] });
  }, 60_000);

  afterAll(() => system.stop(), 60_000);

  it('loses nothing that was acknowledged, doubles nothing, and never forks the tree', async () => {
    const observer = new LogObserver(system.api, system.verifierKey);
    const sender = new SteadySender(system.api);
    const kills = await underLoad(system, sender, observer);
    await settled(system);
    await observer.look();

    const logged = await loggedRecords(system);
    expect({ seed: SEED, kills, lost: sender.acknowledged.filter((id) => !logged.has(id)) }).toEqual({
      seed: SEED,
      kills,
      lost: [],
    });
    expect([...logged].filter(([, entries]) => entries !== 1)).toEqual([]);
    expect(sender.acknowledged.length).toBeGreaterThan(KILLS);
    await expectOneTree(observer, SEED);
  }, 240_000);
});

/** Kills while the sender sends and the observer looks; answers whom. */
async function underLoad(
  system: KillableSystem,
  sender: SteadySender,
  observer: LogObserver,
): Promise<readonly Victim[]> {
  observer.start();
  sender.start();
  try {
    const kills = await killAtRandom(system);
    await sender.stop();
    return kills;
  } finally {
    sender.abandon();
    await observer.stop();
  }
}

/** Kills at moments that the seed decides, each of the three at least twice; answers whom. */
async function killAtRandom(system: KillableSystem): Promise<readonly Victim[]> {
  const random = dice(SEED);
  const victims = Array.from({ length: KILLS }, (_, at) =>
    at < 2 * VICTIMS.length ? VICTIMS[at % VICTIMS.length]! : VICTIMS[Math.floor(random() * VICTIMS.length)]!,
  );
  victims.sort(() => random() - 0.5);
  for (const victim of victims) {
    await pause(SHORTEST_LIFE_MS + random() * (LONGEST_LIFE_MS - SHORTEST_LIFE_MS));
    await system.kill(victim);
  }
  return victims;
}

/** Waits until nothing waits any more. */
async function settled({ db }: KillableSystem): Promise<void> {
  const deadline = Date.now() + SETTLE_MS;
  for (;;) {
    const waiting = await sql<{ count: number }>`
      select (select count(*) from inbox) + (select count(*) from pending) as count`.execute(db);
    if (waiting.rows[0]!.count === 0) return;
    if (Date.now() > deadline) throw new Error(`${waiting.rows[0]!.count} items still wait after a minute`);
    await pause(200);
  }
}

/** How many entries the log holds for each record. */
async function loggedRecords({ db }: KillableSystem): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql<{ id: string; entries: number }>`
    select record.resource_id as id, count(entry.index) as entries
    from record left join entry on entry.record_id = record.id group by record.resource_id`.execute(db);
  return new Map(rows.map(({ id, entries }) => [id, entries]));
}
