import { parseAbi } from 'viem';

/** What we call of contracts/CheckpointRegistry.sol. The build's ABI is held against it by a test. */
export const REGISTRY_ABI = parseAbi([
  'constructor(address admin, address submitter)',
  'function submit(bytes32 origin, uint64 size, bytes32 root, bytes32[] proof)',
  'function latest(bytes32 origin) view returns (uint64 size, bytes32 root)',
  'function verifyInclusion(bytes32 origin, uint64 index, bytes32 leaf, bytes32[] proof) view returns (bool)',
  'function SUBMITTER_ROLE() view returns (bytes32)',
  'function DEFAULT_ADMIN_ROLE() view returns (bytes32)',
  'function hasRole(bytes32 role, address account) view returns (bool)',
  'function grantRole(bytes32 role, address account)',
  'function revokeRole(bytes32 role, address account)',
  'event CheckpointAccepted(bytes32 indexed origin, uint64 size, bytes32 root)',
  'error StaleCheckpoint(uint64 heldSize, uint64 size)',
  'error ForkedCheckpoint(uint64 size, bytes32 heldRoot, bytes32 root)',
  'error InconsistentCheckpoint(uint64 heldSize, uint64 size)',
  'error AccessControlUnauthorizedAccount(address account, bytes32 neededRole)',
]);
