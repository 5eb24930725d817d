export { EvmLedger, type EvmLedgerOptions } from './evm-ledger.js';
export type { Confirmations } from './anchor-status.js';
export { deployRegistry, type RegistryDeployment } from './deploy-registry.js';
export { findRegistry, type Registry } from './find-registry.js';
export { confirmAnchor, type AnchorConfirmation, type AnchorDoubtCode } from './confirm-anchor.js';
export { originHash } from './origin-hash.js';
export type { EvmLedgerErrorCode } from './ledger-evm.errors.js';
