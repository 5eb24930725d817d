import { randomUUID } from 'node:crypto';
import type { ClientKeys, SourceAccess } from '#ports';
import { malformed, refused, SourceStatusError } from '../fhir-rest.errors.js';
import type { PermittedUrls } from '../transport/permitted-urls.js';
import type { PlainExchange } from '../transport/transport-policy.js';
import type { Credentials } from './credentials.js';

/** SMART allows five minutes at most. */
const ASSERTION_SECONDS = 240;
/** A token is not used in its last seconds: a request may take as long to arrive. */
const MARGIN_SECONDS = 15;
/** What a token is taken to last for where the answer does not say. */
const USUAL_SECONDS = 300;
const MAX_BYTES = 256 * 1024;

interface Token {
  readonly header: string;
  readonly usableUntil: number;
}

/**
 * Tokens of SMART Backend Services by an assertion of our own (private_key_jwt):
 * https://hl7.org/fhir/smart-app-launch/backend-services.html and client-confidential-asymmetric.html
 */
export class SmartCredentials implements Credentials {
  private token: Promise<Token> | undefined;
  private endpoint: Promise<string> | undefined;

  constructor(
    private readonly access: Extract<SourceAccess, { kind: 'smart' }>,
    private readonly urls: PermittedUrls,
    private readonly exchange: PlainExchange,
    private readonly keys: ClientKeys,
  ) {}

  /** One token for all that ask at once. */
  async header(): Promise<string> {
    const held = await this.held();
    if (held.usableUntil > Date.now()) return held.header;
    this.token = undefined;
    return (await this.held()).header;
  }

  renew(): boolean {
    this.token = undefined;
    return true;
  }

  private held(): Promise<Token> {
    return (this.token ??= this.request().catch((error: unknown) => {
      this.token = undefined;
      throw error;
    }));
  }

  private async request(): Promise<Token> {
    const endpoint = await this.tokenEndpoint();
    const { clientId, scope, algorithm } = this.access;
    const now = Math.floor(Date.now() / 1000);
    const assertion = await this.keys.sign(algorithm, {
      iss: clientId,
      sub: clientId,
      aud: endpoint,
      iat: now,
      exp: now + ASSERTION_SECONDS,
      jti: randomUUID(),
    });
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      scope,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    });
    const headers = { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded' };
    const message = { method: 'POST', url: endpoint, headers, body: form.toString() };
    return tokenOf(await this.ask(message), Date.now());
  }

  /** As declared, or as the source publishes it: then it has to lie where we may go. */
  private tokenEndpoint(): Promise<string> {
    const { tokenUrl } = this.access;
    if (tokenUrl !== undefined) return Promise.resolve(tokenUrl);
    return (this.endpoint ??= this.discover().catch((error: unknown) => {
      this.endpoint = undefined;
      throw error;
    }));
  }

  private async discover(): Promise<string> {
    const url = `${this.urls.base}/.well-known/smart-configuration`;
    const { token_endpoint: endpoint } = await this.ask({
      method: 'GET',
      url,
      headers: { accept: 'application/json' },
    });
    if (typeof endpoint !== 'string') throw malformed('The source publishes no token endpoint');
    return this.urls.require(endpoint);
  }

  private async ask(message: Parameters<PlainExchange>[0]): Promise<Readonly<Record<string, unknown>>> {
    try {
      const { body } = await this.exchange(message, MAX_BYTES);
      return { ...(JSON.parse(Buffer.from(body).toString('utf8')) as object) };
    } catch (error) {
      if (error instanceof SyntaxError)
        throw malformed('The token endpoint answered something that is not JSON');
      // Its 401 is about us, and not about a token that may have run out.
      if (error instanceof SourceStatusError && error.advice === 'stop')
        throw refused(`The source gives us no access token: it answered ${error.status}`);
      throw error;
    }
  }
}

/** https://www.rfc-editor.org/rfc/rfc6749#section-5.1 */
function tokenOf(answer: Readonly<Record<string, unknown>>, now: number): Token {
  const { access_token: token, token_type: type, expires_in: expires } = answer;
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token) || !/^bearer$/i.test(String(type)))
    throw malformed('The token endpoint answered without a bearer token');
  const seconds = typeof expires === 'number' && expires > 0 ? expires : USUAL_SECONDS;
  // A token that lasts shorter than the margin is used for half its life.
  const usable = Math.max(seconds - MARGIN_SECONDS, seconds / 2);
  return { header: `Bearer ${token}`, usableUntil: now + usable * 1000 };
}
