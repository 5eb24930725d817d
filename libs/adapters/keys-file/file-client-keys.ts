import { createPublicKey, type KeyObject } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, SignJWT, type JWK } from 'jose';
import { ClientKeys, type ClientAlgorithm } from '#ports';

interface ClientKey {
  readonly secret: KeyObject;
  /** With its algorithm, its use, and its thumbprint (RFC 7638) as `kid`. */
  readonly jwk: Promise<JWK>;
}

/** One key an algorithm. */
export class FileClientKeys extends ClientKeys {
  readonly #keys: Readonly<Record<ClientAlgorithm, ClientKey>>;

  /** @param es384 a P-384 key @param rs384 an RSA key of at least 2048 bits */
  constructor(es384: KeyObject, rs384: KeyObject) {
    super();
    this.#keys = { ES384: clientKey(es384, 'ES384'), RS384: clientKey(rs384, 'RS384') };
  }

  override publicKeys(): Promise<readonly Readonly<Record<string, unknown>>[]> {
    return Promise.all([this.#keys.ES384.jwk, this.#keys.RS384.jwk]);
  }

  override async sign(
    alg: ClientAlgorithm,
    claims: Readonly<Record<string, string | number>>,
  ): Promise<string> {
    const { secret, jwk } = this.#keys[alg];
    const { kid = '' } = await jwk;
    return new SignJWT(claims).setProtectedHeader({ alg, kid, typ: 'JWT' }).sign(secret);
  }
}

function clientKey(secret: KeyObject, alg: ClientAlgorithm): ClientKey {
  return { secret, jwk: publicJwk(secret, alg) };
}

async function publicJwk(secret: KeyObject, alg: ClientAlgorithm): Promise<JWK> {
  const jwk = await exportJWK(createPublicKey(secret));
  return { ...jwk, alg, use: 'sig', key_ops: ['verify'], kid: await calculateJwkThumbprint(jwk) };
}
