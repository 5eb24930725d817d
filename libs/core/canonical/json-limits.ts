/** How much JSON is accepted before it is refused. */
export interface JsonLimits {
  /** UTF-8 bytes of the whole text. */
  readonly maxBytes: number;
  /** Arrays and objects open at once. */
  readonly maxDepth: number;
}

/** 16 MiB and 256 levels. */
export const DEFAULT_JSON_LIMITS: JsonLimits = { maxBytes: 16 * 1024 * 1024, maxDepth: 256 };
