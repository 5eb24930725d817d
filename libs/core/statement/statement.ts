/** What happened to a resource (FHIR R4, Bundle.entry.request.method of its history entry). */
export type Interaction = 'create' | 'update' | 'delete';

/** The private document that describes one record version. docs/spec/statement.md */
export interface Statement {
  readonly attestry: 1;
  /** FHIR base URL of the source, without a trailing slash. */
  readonly source: string;
  /** FHIR release, for example `4.0.1`. */
  readonly fhirVersion: string;
  readonly type: string;
  readonly id: string;
  readonly version: string;
  readonly interaction: Interaction;
  /** As the source wrote it; absent where it wrote none. */
  readonly lastUpdated?: string;
  /** When Attestry received it: RFC 3339, UTC, milliseconds. */
  readonly observed: string;
  /** Blinded view digests, hexadecimal; absent for a delete. */
  readonly exact?: string;
  readonly portable?: string;
  /** The element tree: how many leaves, and its RFC 6962 root in hexadecimal; absent for a delete. */
  readonly elements?: { readonly count: number; readonly root: string };
  /** HMAC-SHA-256(record salt, "statement"), hexadecimal. */
  readonly salt: string;
}
