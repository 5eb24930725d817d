import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EvmLedger } from '#adapters/ledger-evm';
import {
  consistencyProof,
  decodeEntries,
  entriesPath,
  leafHash,
  openCheckpoint,
  parseTrust,
  parseVerifierKey,
  treeHash,
} from '#core';
import { PortError } from '#ports';
import type { Scene, Step } from './tour.js';

/** The chain itself refuses a rewritten log. */
export const LEDGER_STEPS: readonly Step[] = [
  {
    title: 'Anybody can fetch the log and recompute its root',
    async run(scene) {
      const { leaves, root } = await fetchLog(scene);
      scene.expect('roots agree', Buffer.compare(treeHash(leaves), root), 0);
    },
  },
  {
    title: 'The contract refuses the checkpoint of a forked log',
    async run(scene) {
      const { leaves, origin } = await fetchLog(scene);
      const ledger = await ledgerOf(scene);
      const held = await ledger.latest(origin);
      if (!held) throw new Error('the contract holds no checkpoint');
      // The same log with its first entry rewritten, and grown by one entry: consistent in itself.
      const forked = [
        leafHash(Buffer.alloc(32, 7)),
        ...leaves.slice(1, held.size),
        leafHash(Buffer.alloc(32, 8)),
      ];
      const checkpoint = { origin, size: forked.length, root: treeHash(forked) };
      const refusal = await ledger.prepare(checkpoint, consistencyProof(held.size, forked)).then(
        () => 'accepted',
        (error: unknown) => (error instanceof PortError ? error.code : String(error)),
      );
      scene.expect('answer of the contract', refusal, 'LEDGER.REFUSED');
    },
  },
];

interface FetchedLog {
  readonly origin: string;
  readonly leaves: readonly Uint8Array[];
  readonly root: Uint8Array;
}

async function fetchLog({ addresses, api }: Scene): Promise<FetchedLog> {
  const trust = parseTrust(await readFile(addresses.trustFile));
  const note = await (await api.get('/log/checkpoint')).text();
  const { origin, size, root } = openCheckpoint(note, trust.logs.map(parseVerifierKey));
  const bundle = await api.get(`/log/${entriesPath(0, Math.min(size, 256))}`);
  const leaves = decodeEntries(new Uint8Array(await bundle.arrayBuffer())).map((entry) => leafHash(entry));
  return { origin, leaves, root };
}

/** The chain with the sender's own key: not even the log's operator can anchor a fork. */
async function ledgerOf({ addresses }: Scene): Promise<EvmLedger> {
  const { rpcUrl, contract, data } = addresses;
  if (rpcUrl === undefined || contract === undefined) throw new Error('no embedded chain runs');
  const privateKey = (await readFile(join(data, 'anvil', 'account.key'), 'utf8')).trim() as `0x${string}`;
  return new EvmLedger({
    name: 'tour',
    rpcUrl,
    contract: contract,
    privateKey,
    confirmations: 1,
    intervalMs: 0,
  });
}
