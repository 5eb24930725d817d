import { setTimeout as delay } from 'node:timers/promises';
import { PortError, type AnchorStatus, type Ledger, type PreparedAnchor } from '#ports';
import { testLog } from '../support/test-log.js';

/** What a ledger adapter brings to be held to the contract of the port. */
export interface LedgerUnderTest {
  /** A new instance on the same ledger, as another process would make it: it remembers nothing. */
  connect(): Ledger;
  /** An instance whose ledger cannot be reached. */
  unreachable(): Ledger;
  stop(): Promise<void>;
}

/** What every {@link Ledger} promises. Expects submissions to become final within seconds. */
export function ledgerContract(name: string, start: () => Promise<LedgerUnderTest>): void {
  describe(`${name}, as a ledger`, () => {
    let under: LedgerUnderTest;
    let origins = 0;
    const log = testLog(40);
    const fork = testLog(40, 'the same', 'forked ');
    const newOrigin = () => `log.example/${++origins}`;

    beforeAll(async () => (under = await start()));
    afterAll(async () => under.stop());

    /** As the database keeps it: bytes, read back. */
    const stored = ({ reference, payload }: PreparedAnchor): PreparedAnchor => ({
      reference,
      payload: Uint8Array.from(payload),
    });
    const settled = async (ledger: Ledger, anchor: PreparedAnchor): Promise<AnchorStatus> => {
      for (;;) {
        const status = await ledger.status(anchor);
        if (status.state === 'final' || status.state === 'failed') return status;
        await delay(20);
      }
    };
    const grow = async (origin: string, from: number, to: number): Promise<PreparedAnchor> => {
      const ledger = under.connect();
      const anchor = await ledger.prepare(log.checkpoint(to, origin), log.proof(from, to));
      await ledger.submit(anchor);
      expect(await settled(ledger, anchor)).toMatchObject({ state: 'final' });
      return anchor;
    };
    const refusal = async (action: Promise<unknown>): Promise<PortError> => {
      const error: unknown = await action.then(
        () => new Error('it was not refused'),
        (thrown: unknown) => thrown,
      );
      if (error instanceof PortError) return error;
      throw error;
    };

    it('says what it is, in words that fit queues, metrics and evidence', () => {
      const ledger = under.connect();
      expect(ledger.name).toMatch(/^[a-z0-9-]+$/);
      expect(ledger.kind).toMatch(/^[a-z0-9-]+$/);
      expect(ledger.intervalMs).toBeGreaterThanOrEqual(0);
    });

    it('holds the newest checkpoint of each origin, and none of others', async () => {
      const [one, other] = [newOrigin(), newOrigin()];
      const ledger = under.connect();
      expect(await ledger.latest(one)).toBeUndefined();
      await grow(one, 0, 5);
      await grow(other, 0, 9);
      for (const [from, to] of [
        [5, 6],
        [6, 8],
        [8, 21],
        [21, 40],
      ] as const)
        await grow(one, from, to);
      expect(await ledger.latest(one)).toEqual({ size: 40, root: log.checkpoint(40).root });
      expect(await ledger.latest(other)).toEqual({ size: 9, root: log.checkpoint(9).root });
    });

    it('sends nothing by preparing', async () => {
      const origin = newOrigin();
      const ledger = under.connect();
      const anchor = await ledger.prepare(log.checkpoint(3, origin), []);
      await delay(200);
      expect(await ledger.latest(origin)).toBeUndefined();
      expect(await ledger.status(anchor)).toEqual({ state: 'unknown' });
    });

    it('takes, after a crash between preparing and sending, what was stored', async () => {
      const origin = newOrigin();
      const anchor = stored(await under.connect().prepare(log.checkpoint(3, origin), []));
      const restarted = under.connect();
      expect(await restarted.status(anchor)).toEqual({ state: 'unknown' });
      await restarted.submit(anchor);
      expect(await settled(restarted, anchor)).toMatchObject({ state: 'final' });
      expect(await restarted.latest(origin)).toMatchObject({ size: 3 });
    });

    it('takes the same submission once, after a crash between sending and recording it', async () => {
      const origin = newOrigin();
      const ledger = under.connect();
      const anchor = stored(await ledger.prepare(log.checkpoint(3, origin), []));
      await Promise.all([ledger.submit(anchor), ledger.submit(anchor), under.connect().submit(anchor)]);
      const first = await settled(ledger, anchor);
      const restarted = under.connect();
      await restarted.submit(anchor);
      await delay(200);
      expect(await restarted.status(anchor)).toEqual(first);
      expect(first).toMatchObject({ state: 'final' });
    });

    it('gives facts that are JSON, and stay the same', async () => {
      const ledger = under.connect();
      const anchor = await grow(newOrigin(), 0, 7);
      const status = await ledger.status(anchor);
      if (status.state !== 'final') throw new Error(`not final but ${status.state}`);
      expect(Object.keys(status.facts).length).toBeGreaterThan(0);
      expect(JSON.parse(JSON.stringify(status.facts))).toEqual(status.facts);
      expect(await under.connect().status(anchor)).toEqual(status);
    });

    it('refuses a rewritten log', async () => {
      const origin = newOrigin();
      const ledger = under.connect();
      await grow(origin, 0, 11);
      for (const [to, proof] of [
        [11, []],
        [12, fork.proof(11, 12)],
        [40, fork.proof(11, 40)],
        [40, log.proof(11, 40)],
      ] as const)
        expect(await refusal(ledger.prepare(fork.checkpoint(to, origin), proof))).toMatchObject({
          code: 'LEDGER.REFUSED',
          advice: 'stop',
        });
      // The true root, but not the proof from what the ledger holds.
      expect(await refusal(ledger.prepare(log.checkpoint(40, origin), log.proof(10, 40)))).toMatchObject({
        code: 'LEDGER.REFUSED',
      });
      expect(await ledger.latest(origin)).toEqual({ size: 11, root: log.checkpoint(11).root });
    });

    it('says that it is ahead, not that the log is wrong, of what it holds already', async () => {
      const origin = newOrigin();
      await grow(origin, 0, 11);
      for (const size of [1, 10, 11])
        expect(await refusal(under.connect().prepare(log.checkpoint(size, origin), []))).toMatchObject({
          code: 'LEDGER.STALE',
          advice: 'retry',
        });
    });

    it('fails the slower of two submissions that were prepared at once', async () => {
      const origin = newOrigin();
      const [one, other] = [under.connect(), under.connect()];
      const fast = await one.prepare(log.checkpoint(4, origin), []);
      const slow = await other.prepare(log.checkpoint(6, origin), []);
      expect(fast.reference).not.toBe(slow.reference);
      await one.submit(fast);
      expect(await settled(one, fast)).toMatchObject({ state: 'final' });
      await other.submit(slow).catch((error: unknown) => expect(error).toBeInstanceOf(PortError));
      expect(await settled(other, slow)).toMatchObject({
        state: 'failed',
        code: expect.stringMatching(/^LEDGER\./) as string,
      });
      expect(await other.latest(origin)).toMatchObject({ size: 4 });
    });

    it('asks to try again when the ledger cannot be reached', async () => {
      const anchor = await under.connect().prepare(log.checkpoint(3, newOrigin()), []);
      const ledger = under.unreachable();
      for (const action of [
        () => ledger.latest('log.example/any'),
        () => ledger.prepare(log.checkpoint(3), []),
        () => ledger.submit(anchor),
        () => ledger.status(anchor),
      ])
        expect(await refusal(action())).toMatchObject({ code: 'LEDGER.UNAVAILABLE', advice: 'retry' });
    });
  });
}
