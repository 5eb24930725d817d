import { randomBytes } from 'node:crypto';
import { createRemoteJWKSet, jwtVerify, type JWTPayload } from 'jose';
import type { ServerAddress } from '../fhir/server-address.js';

export interface AuthorizationSettings {
  /** Where the client publishes its keys; undefined: nobody is asked who they are. */
  readonly requireToken: string | undefined;
  /** How long an access token lasts, in seconds. */
  readonly tokenLifetimeS: number;
}

/** An OAuth error, https://www.rfc-editor.org/rfc/rfc6749#section-5.2 */
export class TokenRefused extends Error {
  override readonly name = 'TokenRefused';

  constructor(readonly error: 'invalid_client' | 'invalid_request' | 'unsupported_grant_type') {
    super(error);
  }
}

export interface AccessToken {
  readonly access_token: string;
  readonly token_type: 'bearer';
  readonly expires_in: number;
  readonly scope: string;
}

export type TokenRequest = Readonly<Record<string, readonly string[] | undefined>>;

const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const ALGORITHMS = ['RS384', 'ES384'];
/** A client's assertion lasts five minutes at most. */
const LONGEST_S = 300;

/**
 * SMART Backend Services: access tokens for assertions that a client signed with a key that it publishes.
 * https://hl7.org/fhir/smart-app-launch/backend-services.html
 */
export class Authorization {
  private readonly tokens = new Map<string, number>();
  private readonly seen = new Set<string>();
  private readonly keys: ReturnType<typeof createRemoteJWKSet> | undefined;

  constructor(
    private readonly settings: AuthorizationSettings,
    private readonly address: ServerAddress,
  ) {
    const { requireToken } = settings;
    if (requireToken !== undefined)
      this.keys = createRemoteJWKSet(new URL(requireToken), { cooldownDuration: 500 });
  }

  get tokenEndpoint(): string {
    return `${this.address.base}/auth/token`;
  }

  /** Whether a request may go on with what its Authorization header says. */
  admits(header: string | undefined): boolean {
    if (!this.keys) return true;
    const [, token = ''] = /^Bearer (\S+)$/i.exec(header ?? '') ?? [];
    return (this.tokens.get(token) ?? 0) > Date.now();
  }

  /** Throws TokenRefused. */
  async issue(request: TokenRequest): Promise<AccessToken> {
    const one = (name: string): string | undefined => request[name]?.[0];
    if (one('grant_type') !== 'client_credentials') throw new TokenRefused('unsupported_grant_type');
    const scope = one('scope');
    if (one('client_assertion_type') !== ASSERTION || !scope) throw new TokenRefused('invalid_request');
    await this.verify(one('client_assertion') ?? '');
    const token = randomBytes(24).toString('base64url');
    const { tokenLifetimeS } = this.settings;
    this.tokens.set(token, Date.now() + tokenLifetimeS * 1000);
    return { access_token: token, token_type: 'bearer', expires_in: tokenLifetimeS, scope };
  }

  private async verify(assertion: string): Promise<void> {
    if (!this.keys) throw new TokenRefused('invalid_client');
    const options = { audience: this.tokenEndpoint, algorithms: ALGORITHMS, requiredClaims: ['exp', 'jti'] };
    const { payload } = await jwtVerify(assertion, this.keys, options).catch(() => {
      throw new TokenRefused('invalid_client');
    });
    this.demandFresh(payload);
  }

  private demandFresh({ iss, sub, jti = '', exp = 0 }: JWTPayload): void {
    const lasts = exp - Date.now() / 1000;
    if (!iss || iss !== sub || lasts > LONGEST_S || this.seen.has(jti))
      throw new TokenRefused('invalid_client');
    this.seen.add(jti);
  }
}
