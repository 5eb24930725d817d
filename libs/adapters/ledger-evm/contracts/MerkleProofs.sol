// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title Proofs of RFC 6962 Merkle trees, checked with the SHA-256 precompile as RFC 9162 specifies.
library MerkleProofs {
    /// @notice Whether `proof` shows that the tree of `to` leaves extends the tree of `from` leaves
    /// (RFC 9162, section 2.1.4.2). Requires 0 < from < to < 2^64.
    function consistent(
        uint256 from,
        bytes32 fromRoot,
        uint256 to,
        bytes32 toRoot,
        bytes32[] calldata proof
    ) internal view returns (bool) {
        unchecked {
            // Both nodes begin at the highest complete subtree that ends with the old tree's last leaf.
            (uint256 oldNode, uint256 newNode) = (from - 1, to - 1);
            while (oldNode & 1 == 1) (oldNode, newNode) = (oldNode >> 1, newNode >> 1);

            // A complete old tree is that subtree: the proof leaves its root out.
            uint256 next = oldNode == 0 ? 0 : 1;
            if (proof.length < next) return false;
            bytes32 oldHash = oldNode == 0 ? fromRoot : proof[0];
            bytes32 newHash = oldHash;

            for (; next < proof.length; ++next) {
                if (newNode == 0) return false;
                bytes32 sibling = proof[next];
                if (oldNode & 1 == 1 || oldNode == newNode) {
                    oldHash = nodeHash(sibling, oldHash);
                    newHash = nodeHash(sibling, newHash);
                    while (oldNode & 1 == 0 && oldNode != 0) (oldNode, newNode) = (oldNode >> 1, newNode >> 1);
                } else {
                    newHash = nodeHash(newHash, sibling);
                }
                (oldNode, newNode) = (oldNode >> 1, newNode >> 1);
            }
            return newNode == 0 && oldHash == fromRoot && newHash == toRoot;
        }
    }

    /// @notice Whether `proof` shows that the leaf of `index` is in the tree of `size` leaves
    /// (RFC 9162, section 2.1.3.2).
    function included(
        uint256 index,
        bytes32 leaf,
        uint256 size,
        bytes32 root,
        bytes32[] calldata proof
    ) internal view returns (bool) {
        if (index >= size) return false;
        unchecked {
            (uint256 node, uint256 last, bytes32 hash) = (index, size - 1, leaf);
            for (uint256 next = 0; next < proof.length; ++next) {
                if (last == 0) return false;
                if (node & 1 == 1 || node == last) {
                    hash = nodeHash(proof[next], hash);
                    while (node & 1 == 0 && node != 0) (node, last) = (node >> 1, last >> 1);
                } else {
                    hash = nodeHash(hash, proof[next]);
                }
                (node, last) = (node >> 1, last >> 1);
            }
            return last == 0 && hash == root;
        }
    }

    /// @notice SHA-256(0x01 ‖ left ‖ right): the hash of an inner node (RFC 6962, section 2.1).
    /// @dev Solidity's own sha256(abi.encodePacked(…)) allocates memory at every call, which costs more than the hash.
    /// This writes the 65 bytes behind the free memory pointer without moving it, and takes the result in scratch
    /// space: both are free to use by the "memory-safe" rules of Solidity. The precompile fails only for want of gas.
    function nodeHash(bytes32 left, bytes32 right) internal view returns (bytes32 hash) {
        assembly ("memory-safe") {
            let node := mload(0x40)
            mstore8(node, 0x01)
            mstore(add(node, 0x01), left)
            mstore(add(node, 0x21), right)
            if iszero(staticcall(gas(), 0x02, node, 0x41, 0x00, 0x20)) { revert(0x00, 0x00) }
            hash := mload(0x00)
        }
    }
}
