import type { Hex, LocalAccount } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { ledgerFault } from './ledger-evm.errors.js';

/**
 * The account of a private key: `0x` and 64 hexadecimal digits. Throws LEDGER.REFUSED (stop) for anything else, in
 * words that do not hold the key.
 */
export function senderAccount(privateKey: string): LocalAccount {
  if (/^0x[0-9a-fA-F]{64}$/.test(privateKey))
    try {
      return privateKeyToAccount(privateKey as Hex);
    } catch {
      // Zero, or beyond the order of the curve.
    }
  throw ledgerFault(
    'LEDGER.REFUSED',
    'the sending key is not a secp256k1 key: 0x and 64 hexadecimal digits',
    'stop',
  );
}
