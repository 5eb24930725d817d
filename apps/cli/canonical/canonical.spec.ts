import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { runAttestry, TestFolder } from '../testing/run-attestry.js';

const PATIENT = `{
  "resourceType": "Patient",
  "id": "p1",

  "meta": { "versionId": "7", "lastUpdated": "2026-01-02T03:04:05Z", "tag": [{ "code": "demo" }] },
  "multipleBirthInteger": 1.00,
  "birthDate": "1970-01-01", "_birthDate": { "id": "a" },
  "managingOrganization": { "reference": "https://fhir.example.org/r4/Organization/o1" }
}
`;
const EXACT =
  '{"_birthDate":{"id":"a"},"birthDate":"1970-01-01","id":"p1",' +
  '"managingOrganization":{"reference":"https://fhir.example.org/r4/Organization/o1"},' +
  '"meta":{"tag":[{"code":"demo"}]},"multipleBirthInteger":1.00,"resourceType":"Patient"}';
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('attestry canonical', () => {
  let folder: TestFolder;
  beforeAll(async () => (folder = await TestFolder.make()));
  afterAll(() => folder.remove());
  const canonical = async (content: string | Uint8Array, ...options: string[]) =>
    runAttestry(['canonical', '-', ...options], { input: content });

  it('writes the exact view and nothing after it', async () => {
    expect(await canonical(PATIENT)).toEqual({ status: 0, stdout: EXACT, stderr: '' });
  });

  it('reads a file just as standard input', async () => {
    const file = await folder.file('patient.json', PATIENT);
    expect(await runAttestry(['canonical', file])).toEqual(await canonical(PATIENT));
  });

  it('hashes to the digests that attestry digest prints', async () => {
    const file = await folder.file('patient.json', PATIENT);
    const base = ['--base', 'https://fhir.example.org/r4'];
    const { stdout } = await runAttestry(['digest', file, '--json', ...base]);
    const portable = await runAttestry(['canonical', file, '--view', 'portable', ...base]);
    expect(JSON.parse(stdout)).toMatchObject({ exact: sha256(EXACT), portable: sha256(portable.stdout) });
  });

  it('makes references of the base relative in the portable view', async () => {
    const { stdout } = await canonical(
      PATIENT,
      '--view',
      'portable',
      '--base',
      'https://fhir.example.org/r4',
    );
    expect(stdout).toBe(
      '{"_birthDate":{"id":"a"},"birthDate":"1970-01-01","managingOrganization":{"reference":"Organization/o1"},' +
        '"multipleBirthInteger":1,"resourceType":"Patient"}',
    );
  });

  it('refuses a base where it would mean nothing', async () => {
    const { status, stderr } = await canonical(PATIENT, '--base', 'https://fhir.example.org/r4');
    expect([status, stderr]).toEqual([2, expect.stringMatching(/^attestry: USAGE\.INVALID: --base /)]);
  });

  it('takes out elements with their siblings', async () => {
    const { stdout } = await canonical(PATIENT, '--omit', 'birthDate,meta,id,managingOrganization,nothing');
    expect(stdout).toBe('{"multipleBirthInteger":1.00,"resourceType":"Patient"}');
  });

  it('makes any JSON canonical without a view', async () => {
    expect((await canonical('[ 1.0,\n{"b":"\\u00e9", "a":null} ]', '--view', 'none')).stdout).toBe(
      '[1.0,{"a":null,"b":"é"}]',
    );
    expect((await canonical('"x"\n', '--view', 'none', '--omit', 'id')).stdout).toBe('"x"');
  });

  it('writes a line for each text of NDJSON, in order', async () => {
    const input = '\n{"resourceType":"A","b":1}\r\n\n{"resourceType":"B"}\n  \n{"b":1.0,"resourceType":"C"}';
    expect((await canonical(input)).stdout).toBe(
      '{"b":1,"resourceType":"A"}\n{"resourceType":"B"}\n{"b":1.0,"resourceType":"C"}\n',
    );
  });

  const vector = '../shared/vectors/fhir-signatures/example-1.json';
  const hasVector = existsSync(vector);
  if (!hasVector) console.warn(`skipped: ${vector} is absent`);
  (hasVector ? it : it.skip)('makes the bytes that the author of a signed Bundle signed', async () => {
    const { stdout } = await runAttestry([
      'canonical',
      vector,
      '--view',
      'none',
      '--omit',
      'id,meta,signature',
    ]);
    const bundle = JSON.parse(readFileSync(vector, 'utf8')) as { signature: { data: string } };
    const jws = Buffer.from(bundle.signature.data, 'base64').toString();
    const payload = Buffer.from(jws.split('.')[1]!, 'base64url').toString();
    expect(Buffer.byteLength(stdout)).toBe(3073);
    expect(stdout).toBe(payload);
  });
});
