import type { ClientAlgorithm } from './keys.js';
import type { DeclaredSettings, SourceSettings } from './source-settings.js';

/** How a source proves that a notification is its own. While a secret is replaced, both are accepted. */
export type SourceAuthentication =
  | { readonly kind: 'hmac'; readonly secret: string; readonly previousSecret?: string | undefined }
  | {
      readonly kind: 'header';
      readonly header: string;
      readonly secret: string;
      readonly previousSecret?: string | undefined;
    };

/** How we prove ourselves to a source when we ask it. */
export type SourceAccess =
  | { readonly kind: 'none' }
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  | { readonly kind: 'bearer'; readonly token: string }
  /** SMART Backend Services (https://hl7.org/fhir/smart-app-launch/backend-services.html), with our published keys. */
  | {
      readonly kind: 'smart';
      readonly clientId: string;
      /** Default: what `/.well-known/smart-configuration` below the base says. */
      readonly tokenUrl?: string | undefined;
      readonly scope: string;
      readonly algorithm: ClientAlgorithm;
    };

export type FhirVersion = 'R4' | 'R4B' | 'R5';

/** A FHIR server that feeds us, as declared by an operator. */
export interface SourceDeclaration {
  /** Short name within this installation, `[a-z0-9][a-z0-9-]{0,62}`: part of our URLs. */
  readonly name: string;
  /** The FHIR base URL, without a trailing slash: what statements call the source. */
  readonly base: string;
  readonly fhirVersion: FhirVersion;
  readonly authentication: SourceAuthentication;
  /** Subscription criteria, for example `Observation` or `Patient?active=true`: one Subscription each. */
  readonly criteria: readonly string[];
  /** Absent: none. */
  readonly access?: SourceAccess | undefined;
  /** What differs from {@link SOURCE_DEFAULTS}. */
  readonly settings?: DeclaredSettings | undefined;
}

/** A declared source, every default filled in. */
export interface Source extends SourceDeclaration {
  readonly id: number;
  /** When it was declared for the first time. */
  readonly declaredAt: Date;
  readonly access: SourceAccess;
  readonly settings: SourceSettings;
}

/** The sources that are declared. */
export abstract class SourceRegistry {
  /** Declares a source, or replaces the declaration of that name; its id stays the same. */
  abstract declare(declaration: SourceDeclaration): Promise<Source>;
  /** Replaces how a source proves itself, and nothing else; undefined when there is no such source. */
  abstract reauthenticate(name: string, authentication: SourceAuthentication): Promise<Source | undefined>;
  abstract find(name: string): Promise<Source | undefined>;
  abstract list(): Promise<readonly Source[]>;
}
