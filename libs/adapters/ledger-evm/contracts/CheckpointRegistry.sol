// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {MerkleProofs} from "./MerkleProofs.sol";

/// @title Holds the newest checkpoint of any number of append-only Merkle logs (RFC 6962, RFC 9162).
/// @notice A log may only grow: a checkpoint is accepted with a consistency proof from the one held, so that nobody,
/// neither the log nor its submitter, can replace what was anchored. Only the first checkpoint of a log is trusted as
/// submitted. A log is named by its origin hash: SHA-256 of the UTF-8 bytes of its checkpoint origin (C2SP
/// tlog-checkpoint).
contract CheckpointRegistry is AccessControl {
    struct Checkpoint {
        bytes32 root;
        uint64 size;
    }

    /// @notice Who holds this role may submit checkpoints, of any origin.
    bytes32 public constant SUBMITTER_ROLE = keccak256("SUBMITTER_ROLE");

    mapping(bytes32 origin => Checkpoint) private _held;

    /// @notice The log's checkpoint was accepted and is now the one held. Emitted once for each size of a log.
    event CheckpointAccepted(bytes32 indexed origin, uint64 size, bytes32 root);

    /// @notice The checkpoint held is the one submitted, or a later one: there is nothing to do.
    error StaleCheckpoint(uint64 heldSize, uint64 size);

    /// @notice Another root of the same size is held: the submitted checkpoint belongs to a forked log.
    error ForkedCheckpoint(uint64 size, bytes32 heldRoot, bytes32 root);

    /// @notice The proof does not lead from the checkpoint held to the one submitted: a rewritten log, or the proof is
    /// from another size than the one held.
    error InconsistentCheckpoint(uint64 heldSize, uint64 size);

    /// @param admin may grant and revoke roles, itself included
    /// @param submitter the first account that may submit checkpoints
    constructor(address admin, address submitter) {
        _grantRole(DEFAULT_ADMIN_ROLE, admin);
        _grantRole(SUBMITTER_ROLE, submitter);
    }

    /// @notice Anchors a checkpoint of a log.
    /// @param origin SHA-256 of the log's origin
    /// @param size number of entries, greater than that of the checkpoint held
    /// @param root RFC 6962 tree hash of the entries
    /// @param proof RFC 6962 consistency proof from the checkpoint held; empty for a log's first checkpoint
    function submit(bytes32 origin, uint64 size, bytes32 root, bytes32[] calldata proof) external onlyRole(SUBMITTER_ROLE) {
        Checkpoint storage held = _held[origin];
        (uint64 heldSize, bytes32 heldRoot) = (held.size, held.root);
        if (size <= heldSize) {
            if (size == heldSize && root != heldRoot) revert ForkedCheckpoint(size, heldRoot, root);
            revert StaleCheckpoint(heldSize, size);
        }
        bool consistent = heldSize == 0
            ? proof.length == 0
            : MerkleProofs.consistent(heldSize, heldRoot, size, root, proof);
        if (!consistent) revert InconsistentCheckpoint(heldSize, size);
        (held.size, held.root) = (size, root);
        emit CheckpointAccepted(origin, size, root);
    }

    /// @notice The checkpoint held for a log; size 0 if there is none.
    function latest(bytes32 origin) external view returns (uint64 size, bytes32 root) {
        Checkpoint storage held = _held[origin];
        return (held.size, held.root);
    }

    /// @notice Whether a leaf is in the log, as of the checkpoint held. False for a log that is not known.
    /// @param origin SHA-256 of the log's origin
    /// @param index the leaf's index, from 0
    /// @param leaf RFC 6962 leaf hash: SHA-256(0x00 ‖ entry)
    /// @param proof RFC 6962 inclusion proof in the tree of the held size
    function verifyInclusion(bytes32 origin, uint64 index, bytes32 leaf, bytes32[] calldata proof) external view returns (bool) {
        Checkpoint storage held = _held[origin];
        return MerkleProofs.included(index, leaf, held.size, held.root, proof);
    }
}
