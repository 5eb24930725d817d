import { existsSync, readFileSync } from 'node:fs';
import { canonicalise, canonicalJson, isJsonArray, isJsonObject, parseJson, tokenString } from '#core';

const file = '../shared/vectors/fhir-signatures/example-1.json';
const present = existsSync(file);
if (!present) console.warn(`skipped: the signed FHIR Bundle is not at ${file}`);

(present ? describe : describe.skip)('a FHIR Bundle signed by others (FHIR/fhir-test-cases)', () => {
  it('canonicalises to the payload of its signature', () => {
    const bundle = parseJson(readFileSync(file));
    if (!isJsonObject(bundle)) throw new Error('expected an object');
    const signature = bundle.get('signature');
    const [signed] = isJsonArray(signature) ? signature : [signature];
    const data = isJsonObject(signed) ? tokenString(signed.get('data')) : undefined;
    const [, payload] = Buffer.from(data!, 'base64').toString().split('.');
    const rest = new Map([...bundle].filter(([name]) => !['id', 'meta', 'signature'].includes(name)));
    const canonical = canonicalJson(rest);
    expect(canonical).toBe(Buffer.from(payload!, 'base64url').toString());
    expect(Buffer.byteLength(canonical)).toBe(3_073);
    expect(canonicalise(canonical)).toBe(canonical);
  });
});
