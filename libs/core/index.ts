export { CoreError, type CoreErrorCode } from './core.errors.js';
export * from './encoding/encoding.js';
export { sha256, hmacSha256 } from '#sha256';
export { verifyEd25519 } from '#ed25519';
export { DEFAULT_JSON_LIMITS, type JsonLimits } from './canonical/json-limits.js';
export {
  isJsonArray,
  isJsonObject,
  stringToken,
  tokenInteger,
  tokenString,
  type JsonArray,
  type JsonObject,
  type JsonValue,
} from './canonical/json-value.js';
export { canonicalJson } from './canonical/canonical-json.js';
export { canonicalBytes, canonicalise, parseJson } from './canonical/canonicalise.js';
export * from './ndjson/ndjson-chunks.js';
export * from './ndjson/ndjson-lines.js';
export * from './ndjson/skip-bytes.js';
export { FhirResource, parseResource } from './resource/fhir-resource.js';
export * from './bundle/announcement.js';
export { announceResource } from './bundle/announce-bundle.js';
export { entityTagVersion } from './bundle/resource-name.js';
export { announceNotification, isNotification } from './bundle/announce-notification.js';
export { bundleOfNamed, countEntries } from './bundle/bundle-parts.js';
export { exactView, portableView } from './resource/views.js';
export { viewDigests, type ResourceViewDigests } from './resource/view-digests.js';
export { referencedBases } from './resource/references.js';
export { differingElements } from './resource/differing-elements.js';
export type { Element, ElementLeaf } from './resource/element.js';
export { elementLeaves, elementSalt, elementTree, exactElements } from './resource/elements.js';
export * from './statement/statement.js';
export { blindView } from './statement/blind-view.js';
export { commitmentOf, formatStatement } from './statement/commitment.js';
export { parseStatement } from './statement/parse-statement.js';
export * from './statement/describe.js';
export {
  COSIGNATURE_TYPES,
  formatVerifierKey,
  parseVerifierKey,
  SIGNATURE_TYPE,
  verifierKey,
  type VerifierKey,
} from './note/verifier-key.js';
export { addSignatures, parseNote, type Note, type NoteSignature } from './note/note.js';
export * from './note/sign-note.js';
export * from './note/open-note.js';
export * from './note/cosignature.js';
export * from './checkpoint/checkpoint.js';
export * from './checkpoint/open-checkpoint.js';
export * from './tlog-proof/tlog-proof.js';
export * from './tlog-policy/tlog-policy.js';
export { parsePolicy } from './tlog-policy/parse-policy.js';
export { HASH_LENGTH, leafHash, nodeHash, treeHash } from './merkle/tree-hash.js';
export { consistencyProof, inclusionProof } from './merkle/list-proof.js';
export * from './merkle/verify-inclusion.js';
export * from './merkle/verify-consistency.js';
export { TILE_WIDTH, type TileCoordinate, type TileReader } from './tiles/tiles.js';
export * from './tiles/tile-path.js';
export { edgeTiles, tilesForConsistency, tilesForInclusion, tilesForRoot } from './tiles/tile-coordinates.js';
export * from './tiles/proof-from-tiles.js';
export * from './tiles/append-to-tree.js';
export * from './tiles/entry-bundle.js';
export * from './evidence/evidence.js';
export * from './evidence/evidence-report.js';
export * from './evidence/trust.js';
export { parseEvidence } from './evidence/parse-evidence.js';
export { formatEvidence } from './evidence/format-evidence.js';
export * from './evidence/parse-trust.js';
export * from './evidence/disclose-evidence.js';
export * from './evidence/check-evidence.js';
