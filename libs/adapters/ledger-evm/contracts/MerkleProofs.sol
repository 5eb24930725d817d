// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Proofs of RFC 6962 Merkle trees, checked with the SHA-256 precompile.
/// @dev The algorithms of RFC 9162 walk up from a leaf and skip the levels that have no hash in the proof. These know
/// from the two positions which hashes there are: one for each level below the one where the paths meet (`inner`),
/// and above it one for each 1 bit of the position. They accept and refuse the same proofs, for less gas.
library MerkleProofs {
    /// @notice Whether `proof` shows that the tree of `to` leaves extends the tree of `from` leaves (RFC 9162, section
    /// 2.1.4). Requires 0 < from < to < 2^64.
    function consistent(
        uint256 from,
        bytes32 fromRoot,
        uint256 to,
        bytes32 toRoot,
        bytes32[] calldata proof
    ) internal view returns (bool) {
        unchecked {
            // The walk begins at the highest complete subtree that ends with the old tree's last leaf.
            uint256 node = from - 1;
            uint256 inner = node ^ (to - 1);
            while (node & 1 == 1) (node, inner) = (node >> 1, inner >> 1);

            (uint256 next, uint256 end, uint256 buffer) = begin(proof);
            bytes32 oldHash = fromRoot;
            // The proof leaves that subtree's root out when it is the whole old tree.
            if (node != 0) (oldHash, next) = (hashAt(next), next + 32);
            bytes32 newHash = oldHash;

            for (; inner != 0; (node, inner) = (node >> 1, inner >> 1)) {
                if (node & 1 == 0) newHash = nodeHash(buffer, newHash, hashAt(next));
                else (oldHash, newHash) = nodeHashes(buffer, hashAt(next), oldHash, newHash);
                next += 32;
            }
            for (; node != 0; node &= node - 1) {
                (oldHash, newHash) = nodeHashes(buffer, hashAt(next), oldHash, newHash);
                next += 32;
            }
            return next == end && oldHash == fromRoot && newHash == toRoot;
        }
    }

    /// @notice Whether `proof` shows that the leaf of `index` is in the tree of `size` leaves (RFC 9162, section
    /// 2.1.3). Requires size < 2^64.
    function included(
        uint256 index,
        bytes32 leaf,
        uint256 size,
        bytes32 root,
        bytes32[] calldata proof
    ) internal view returns (bool) {
        if (index >= size) return false;
        unchecked {
            (uint256 next, uint256 end, uint256 buffer) = begin(proof);
            bytes32 hash = leaf;
            uint256 node = index;
            for (uint256 inner = index ^ (size - 1); inner != 0; (node, inner) = (node >> 1, inner >> 1)) {
                if (node & 1 == 0) hash = nodeHash(buffer, hash, hashAt(next));
                else hash = nodeHash(buffer, hashAt(next), hash);
                next += 32;
            }
            for (; node != 0; node &= node - 1) {
                hash = nodeHash(buffer, hashAt(next), hash);
                next += 32;
            }
            return next == end && hash == root;
        }
    }

    /// @notice Where in calldata the hashes of a proof begin and end, and memory for the 65 bytes that a node's hash is
    /// taken of, with the prefix of RFC 6962, section 2.1, set.
    /// @dev Solidity's own sha256(abi.encodePacked(…)) allocates memory at every call, which costs more than the hash.
    /// The functions below write behind the free memory pointer without moving it, and take results in scratch space:
    /// both are free to use by the "memory-safe" rules of Solidity, as nothing else is allocated meanwhile.
    function begin(bytes32[] calldata proof) private pure returns (uint256 next, uint256 end, uint256 buffer) {
        assembly ("memory-safe") {
            next := proof.offset
            end := add(next, shl(5, proof.length))
            buffer := mload(0x40)
            mstore8(buffer, 0x01)
        }
    }

    /// @notice The hash of a proof at an offset in calldata.
    /// @dev Not held against the proof's end at each hash: a walk that runs over it reads what is no part of the proof,
    /// and is refused after at most 64 steps because it did not stop at the end.
    function hashAt(uint256 offset) private pure returns (bytes32 hash) {
        assembly ("memory-safe") {
            hash := calldataload(offset)
        }
    }

    /// @notice SHA-256(0x01 ‖ left ‖ right): the hash of an inner node (RFC 6962, section 2.1).
    /// @dev The precompile at address 2 fails only for want of gas.
    function nodeHash(uint256 buffer, bytes32 left, bytes32 right) private view returns (bytes32 hash) {
        assembly ("memory-safe") {
            mstore(add(buffer, 0x01), left)
            mstore(add(buffer, 0x21), right)
            if iszero(staticcall(gas(), 0x02, buffer, 0x41, 0x00, 0x20)) { revert(0x00, 0x00) }
            hash := mload(0x00)
        }
    }

    /// @notice The hashes of two nodes that have the same left child: for less than nodeHash twice.
    function nodeHashes(
        uint256 buffer,
        bytes32 left,
        bytes32 right,
        bytes32 otherRight
    ) private view returns (bytes32 hash, bytes32 otherHash) {
        assembly ("memory-safe") {
            mstore(add(buffer, 0x01), left)
            mstore(add(buffer, 0x21), right)
            let done := staticcall(gas(), 0x02, buffer, 0x41, 0x00, 0x20)
            mstore(add(buffer, 0x21), otherRight)
            if iszero(and(done, staticcall(gas(), 0x02, buffer, 0x41, 0x20, 0x20))) { revert(0x00, 0x00) }
            hash := mload(0x00)
            otherHash := mload(0x20)
        }
    }
}
