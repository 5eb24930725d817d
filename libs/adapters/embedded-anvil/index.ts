export { EmbeddedAnvil, type EmbeddedAnvilOptions } from './embedded-anvil.js';
export type { ChainAccount } from './chain-account.js';
export type { EmbeddedAnvilErrorCode } from './embedded-anvil.errors.js';
