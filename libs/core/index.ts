export { CoreError, type CoreErrorCode } from './core.errors.js';
export * from './encoding/encoding.js';
export { sha256, hmacSha256 } from '#sha256';
export { verifyEd25519 } from '#ed25519';
export * from './statement/statement.js';
export * from './note/note.js';
export * from './tiles/tiles.js';
