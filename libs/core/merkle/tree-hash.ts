import { sha256 } from '#sha256';

/** Length in bytes of every hash of the tree. */
export const HASH_LENGTH = 32;

const LEAF_PREFIX = 0x00;
const NODE_PREFIX = 0x01;

// One buffer for all inner nodes: they are the hot path of sequencing, and hashing is synchronous.
const node = Uint8Array.of(NODE_PREFIX, ...new Uint8Array(2 * HASH_LENGTH));

/** Hash of a leaf: SHA-256(0x00 ‖ data), 32 bytes (RFC 6962, section 2.1). */
export function leafHash(data: Uint8Array): Uint8Array {
  const leaf = new Uint8Array(1 + data.length);
  leaf[0] = LEAF_PREFIX;
  leaf.set(data, 1);
  return sha256(leaf);
}

/** Hash of an inner node: SHA-256(0x01 ‖ left ‖ right), 32 bytes (RFC 6962, section 2.1). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  node.set(left, 1);
  node.set(right, 1 + HASH_LENGTH);
  return sha256(node);
}

/** Merkle tree hash over leaf hashes, 32 bytes; of none, SHA-256 of nothing (RFC 6962, section 2.1). */
export function treeHash(leafHashes: readonly Uint8Array[]): Uint8Array {
  const packed = new Uint8Array(leafHashes.length * HASH_LENGTH);
  leafHashes.forEach((hash, at) => packed.set(hash, at * HASH_LENGTH));
  return packedTreeHash(packed);
}

/**
 * The same over hashes that lie one after the other, as in a tile. Level by level: neighbours are paired, and an odd
 * last one moves up as it is, which is the tree that RFC 6962 defines by splitting at powers of two.
 */
export function packedTreeHash(hashes: Uint8Array): Uint8Array {
  if (hashes.length === 0) return sha256(hashes);
  const level = new Uint8Array(hashes);
  for (let width = level.length / HASH_LENGTH; width > 1; width = Math.ceil(width / 2)) {
    for (let pair = 0; pair < Math.floor(width / 2); pair++) {
      node.set(level.subarray(2 * pair * HASH_LENGTH, 2 * (pair + 1) * HASH_LENGTH), 1);
      level.set(sha256(node), pair * HASH_LENGTH);
    }
    if (width % 2 === 1)
      level.copyWithin((width >> 1) * HASH_LENGTH, (width - 1) * HASH_LENGTH, width * HASH_LENGTH);
  }
  return level.slice(0, HASH_LENGTH);
}
