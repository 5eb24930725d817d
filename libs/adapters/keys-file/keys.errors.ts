import { PortError } from '#ports';

export type KeysCode = 'KEYS.MODE' | 'KEYS.MISSING' | 'KEYS.BROKEN';

/** A key file that must not be used as it is: an operator has to put it right. */
export function unusableKey(code: KeysCode, message: string): PortError {
  return new PortError(code, message, 'stop');
}

/** Sealed bytes, or their context, are not the ones that were sealed. */
export function brokenSeal(): PortError {
  return new PortError(
    'SEAL.BROKEN',
    'sealed data was changed, or sealed with another key or context',
    'stop',
  );
}
