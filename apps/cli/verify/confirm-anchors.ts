import {
  fromHex,
  parseCheckpoint,
  parseNote,
  parseTlogProof,
  type Evidence,
  type EvidenceAnchor,
} from '#core';
import type { VerifyCheck } from './verify-result.js';

const NONE_CONFIRMED: VerifyCheck = {
  name: 'anchors',
  status: 'failed',
  detail: 'the evidence has no anchor on the chain that was to be asked',
  code: 'ANCHOR.NONE_CONFIRMED',
};

/**
 * Asks the chain behind `rpc` for each EVM anchor, and answers the checklist with what it said in place of the core's
 * "not asked". Anchors on other chains stay skipped; when none is on this one, that fails.
 * Throws PortError LEDGER.UNAVAILABLE.
 */
export async function confirmAnchors(
  { anchors, proof }: Evidence,
  checks: readonly VerifyCheck[],
  rpc: string,
): Promise<VerifyCheck[]> {
  const { origin } = parseCheckpoint(parseNote(parseTlogProof(proof).checkpoint).text);
  const unasked = [...anchors];
  const confirmed: VerifyCheck[] = [];
  const answered: VerifyCheck[] = [];
  for (const check of checks) {
    const anchor =
      check.name === `anchor ${unasked[0]?.ledger ?? ''}: existence` ? unasked.shift() : undefined;
    const answer = anchor?.kind === 'evm' ? await askChain(check, anchor, origin, rpc) : check;
    if (anchor && answer.status !== 'skipped') confirmed.push(answer);
    answered.push(answer);
  }
  return confirmed.length > 0 ? answered : [...answered, NONE_CONFIRMED];
}

async function askChain(
  { name }: VerifyCheck,
  { facts, size, root }: EvidenceAnchor,
  origin: string,
  rpc: string,
): Promise<VerifyCheck> {
  // Loaded here only: it takes longer than everything else together.
  const { confirmAnchor } = await import('#adapters/ledger-evm');
  const answer = await confirmAnchor(rpc, facts, { origin, size, root: fromHex(root) });
  if (answer.confirmed)
    return { name, status: 'passed', detail: `on the chain with ${answer.confirmations} confirmation(s)` };
  const { code, detail } = answer;
  return code === 'ANCHOR.WRONG_CHAIN'
    ? { name, status: 'skipped', detail }
    : { name, status: 'failed', detail, code };
}
