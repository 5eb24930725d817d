import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createWalletClient, http, publicActions, type Address, type Hex } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { EmbeddedAnvil } from '#adapters/embedded-anvil';
import { deployRegistry, EvmLedger } from '#adapters/ledger-evm';
import { growingLog, type GrowingLog } from '../support/growing-log.js';
import { rounded, type BenchOptions, type BenchRow } from './bench-row.js';

/** A log of about `size` entries that grows from checkpoint to checkpoint. */
interface Walk {
  readonly name: string;
  readonly size: number;
  /** Entries between two checkpoints: any number from the first to the second. */
  readonly step: readonly [number, number];
  readonly checkpoints: number;
}

const WALKS: readonly Walk[] = [
  { name: 'evm-1e3', size: 1_000, step: [20, 80], checkpoints: 20 },
  { name: 'evm-1e6', size: 1_000_000, step: [1_500, 5_000], checkpoints: 60 },
];
// The longest proof near a million: the old tree has a subtree of every size, the new one a level more.
const WORST = { name: 'evm-1e6-worst', from: 2 ** 20 - 1, to: 2 ** 20 + 1_499 };
const QUICK_WALKS: readonly Walk[] = [{ name: 'evm-1e3', size: 1_000, step: [20, 80], checkpoints: 2 }];

// Stores its calldata in the slot of that name: PUSH0 CALLDATALOAD DUP1 SSTORE STOP, behind the code that returns it.
const STORE_CODE = '0x645f358055005f526005601bf3';

/**
 * Gas of one checkpoint on the contract, by the receipts of a real chain, against storing 32 bytes in the same chain
 * for each record of the checkpoint, in a transaction each.
 */
export async function evm({ quick, progress }: BenchOptions): Promise<readonly BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'attestry-bench-evm-'));
  const anvil = await EmbeddedAnvil.start({ folder, port: 0, blockTimeMs: 5 });
  try {
    const chain = await chainOf(anvil);
    const storeGas = await chain.storeGas();
    const rows: BenchRow[] = [];
    for (const walk of quick ? QUICK_WALKS : WALKS) {
      progress(`evm: ${walk.checkpoints} checkpoints of a log of about ${walk.size} entries`);
      rows.push(rowOf(walk.name, await measureWalk(walk, chain), storeGas));
    }
    if (!quick) rows.push(rowOf(WORST.name, [await measureWorst(chain)], storeGas));
    return rows;
  } finally {
    await anvil.stop();
    await rm(folder, { recursive: true });
  }
}

/** One checkpoint that was anchored. */
interface Measured {
  readonly records: number;
  readonly hashes: number;
  readonly gas: number;
}

type Chain = Awaited<ReturnType<typeof chainOf>>;

async function measureWalk({ name, size, step, checkpoints }: Walk, chain: Chain): Promise<Measured[]> {
  const steps = stepsOf(step, checkpoints);
  const before = steps.reduce((total, records) => total + records, 0) / 2;
  const log = growingLog(name);
  log.append(Math.round(size - before));
  await chain.anchor(log, 0);
  const measured: Measured[] = [];
  for (const records of steps) {
    const from = log.size;
    log.append(records);
    measured.push({ records, ...(await chain.anchor(log, from)) });
  }
  return measured;
}

async function measureWorst(chain: Chain): Promise<Measured> {
  const log = growingLog(WORST.name);
  log.append(WORST.from);
  await chain.anchor(log, 0);
  log.append(WORST.to - WORST.from);
  return { records: WORST.to - WORST.from, ...(await chain.anchor(log, WORST.from)) };
}

function rowOf(name: string, measured: readonly Measured[], storeGas: number): BenchRow {
  const mean = (of: (one: Measured) => number) =>
    measured.reduce((total, one) => total + of(one), 0) / measured.length;
  const most = (of: (one: Measured) => number) => Math.max(...measured.map(of));
  const value = rounded(mean(({ gas }) => gas));
  const baseline = rounded(mean(({ records }) => records) * storeGas);
  return {
    name,
    unit: 'gas/checkpoint',
    value,
    baseline,
    ratio: rounded(value / baseline, 6),
    worst: most(({ gas }) => gas),
    checkpoints: measured.length,
    recordsPerCheckpoint: rounded(mean(({ records }) => records)),
    proofHashes: rounded(
      mean(({ hashes }) => hashes),
      1,
    ),
    mostProofHashes: most(({ hashes }) => hashes),
    storeGasPerRecord: storeGas,
  };
}

/** The same steps in every run: a linear congruential generator (Numerical Recipes), seeded with 1. */
function stepsOf([least, most]: readonly [number, number], count: number): number[] {
  let state = 1;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return least + Math.floor((state / 2 ** 32) * (most - least + 1));
  });
}

async function chainOf({ rpcUrl, account: { privateKey } }: EmbeddedAnvil) {
  const { contract } = await deployRegistry({ rpcUrl, privateKey });
  const ledger = new EvmLedger({
    name: 'bench',
    rpcUrl,
    contract,
    privateKey,
    confirmations: 1,
    intervalMs: 0,
  });
  const client = createWalletClient({
    account: privateKeyToAccount(privateKey),
    transport: http(rpcUrl),
    pollingInterval: 5,
  }).extend(publicActions);
  const receiptOf = async (hash: Hex) => {
    const receipt = await client.waitForTransactionReceipt({ hash });
    if (receipt.status !== 'success') throw new Error(`transaction ${hash} was reverted`);
    return receipt;
  };
  const send = async (transaction: { to?: Address; data: Hex }) =>
    receiptOf(await client.sendTransaction({ ...transaction, chain: null }));

  return {
    /** As the product does: prepared, sent, followed. */
    anchor: async (log: GrowingLog, from: number): Promise<Omit<Measured, 'records'>> => {
      const proof = from > 0 ? log.proofFrom(from) : [];
      const anchor = await ledger.prepare({ origin: log.origin, size: log.size, root: log.root }, proof);
      await ledger.submit(anchor);
      while ((await ledger.status(anchor)).state !== 'final') await delay(2);
      const { gasUsed } = await receiptOf(anchor.reference as Hex);
      return { hashes: proof.length, gas: Number(gasUsed) };
    },
    /** Of a transaction that stores one digest where none was. */
    storeGas: async (): Promise<number> => {
      const { contractAddress } = await send({ data: STORE_CODE });
      const { gasUsed } = await send({ to: contractAddress!, data: `0x${'a5'.repeat(32)}` });
      return Number(gasUsed);
    },
  };
}
