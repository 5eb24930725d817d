/** How a source proves that a notification is its own. */
export type SourceAuthentication =
  | { readonly kind: 'hmac'; readonly secret: string }
  | { readonly kind: 'header'; readonly header: string; readonly secret: string };

/** A FHIR server that feeds us, as declared by an operator. */
export interface SourceDeclaration {
  /** Short name within this installation, `[a-z0-9][a-z0-9-]{0,62}`: part of our URLs. */
  readonly name: string;
  /** The FHIR base URL, without a trailing slash: what statements call the source. */
  readonly base: string;
  readonly fhirVersion: 'R4';
  readonly authentication: SourceAuthentication;
  /** Subscription criteria, for example `Observation` or `Patient?active=true`: one Subscription each. */
  readonly criteria: readonly string[];
}

export interface Source extends SourceDeclaration {
  readonly id: number;
}

/** The sources that are declared. */
export abstract class SourceRegistry {
  /** Declares a source, or replaces the declaration of that name; its id stays the same. */
  abstract declare(declaration: SourceDeclaration): Promise<Source>;
  abstract find(name: string): Promise<Source | undefined>;
  abstract list(): Promise<readonly Source[]>;
}

/** What a source says of one record version. */
export type SourceAnswer =
  | { readonly state: 'present'; readonly body: Uint8Array }
  /** Deleted, with the version that the deletion made. */
  | { readonly state: 'deleted'; readonly versionId: string; readonly lastUpdated: string | undefined }
  | { readonly state: 'unknown' };

/**
 * One FHIR server, asked as a client. Throws PortError SOURCE.UNAVAILABLE (retry, or slow down when it says so),
 * SOURCE.REFUSED (stop) or SOURCE.MALFORMED (stop: an answer, or a type and id to ask for, that FHIR does not allow).
 */
export abstract class FhirSource {
  /** Reads the current version of a resource; a deletion is confirmed by 410 and dated from its history. */
  abstract read(source: Source, type: string, id: string): Promise<SourceAnswer>;
  /** Makes sure that one active rest-hook Subscription a criterion delivers to `endpoint`; answers their ids. */
  abstract subscribe(source: Source, endpoint: string): Promise<readonly string[]>;
}
