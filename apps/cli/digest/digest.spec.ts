import { createHash } from 'node:crypto';
import { runAttestry } from '../testing/run-attestry.js';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const OBSERVATION =
  '{"resourceType":"Observation","id":"o","_status":{"id":"s"},"status":"final","valueQuantity":{"value":1.50}}';

describe('attestry digest', () => {
  const digest = async (input: string, ...options: string[]) =>
    runAttestry(['digest', '-', ...options], { input });

  it('prints digests that anyone can recompute', async () => {
    const { status, stdout } = await digest(OBSERVATION, '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      type: 'Observation',
      id: 'o',
      exact: sha256(
        '{"_status":{"id":"s"},"id":"o","resourceType":"Observation","status":"final","valueQuantity":{"value":1.50}}',
      ),
      portable: sha256(
        '{"_status":{"id":"s"},"resourceType":"Observation","status":"final","valueQuantity":{"value":1.5}}',
      ),
      elements: {
        id: sha256('{"id":"o"}'),
        resourceType: sha256('{"resourceType":"Observation"}'),
        status: sha256('{"_status":{"id":"s"},"status":"final"}'),
        valueQuantity: sha256('{"valueQuantity":{"value":1.50}}'),
      },
    });
  });

  it('prints the same for people', async () => {
    const { stdout } = await digest('{"resourceType":"Basic","id":"b"}');
    expect(stdout).toBe(
      [
        'Basic/b',
        `  exact         ${sha256('{"id":"b","resourceType":"Basic"}')}`,
        `  portable      ${sha256('{"resourceType":"Basic"}')}`,
        '  elements',
        `    id            ${sha256('{"id":"b"}')}`,
        `    resourceType  ${sha256('{"resourceType":"Basic"}')}`,
        '',
      ].join('\n'),
    );
  });

  it('makes the portable digest independent of the server it was copied from', async () => {
    const reference = (base: string) => `{"resourceType":"Basic","subject":{"reference":"${base}Patient/1"}}`;
    const portable = async (base: string, ...options: string[]) =>
      (JSON.parse((await digest(reference(base), '--json', ...options)).stdout) as { portable: string })
        .portable;
    const relative = await portable('');
    expect(await portable('https://a.example/fhir/', '--base', 'https://a.example/fhir')).toBe(relative);
    expect(await portable('https://a.example/fhir/')).not.toBe(relative);
  });

  it('keeps element names that objects have by nature', async () => {
    const { stdout } = await digest('{"resourceType":"Basic","__proto__":1,"constructor":2}', '--json');
    expect(stdout).toContain(`"_proto__":"${sha256('{"__proto__":1}')}"`);
    expect(stdout).toContain(`"constructor":"${sha256('{"constructor":2}')}"`);
  });

  it('answers NDJSON line by line, and stops at the first bad one', async () => {
    const { status, stdout, stderr } = await digest(
      `${OBSERVATION}\n\n{"resourceType":"Basic"}\n{"resourceType":"Basic",}\n${OBSERVATION}\n`,
      '--json',
    );
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { line: number }).line)).toEqual([1, 3]);
    expect(status).toBe(2);
    expect(JSON.parse(stderr)).toMatchObject({
      error: { code: 'CANONICAL.SYNTAX', input: 'standard input', line: 4, column: 25 },
    });
  });

  it('calls one text over several lines one resource, and counts its lines', async () => {
    const { stderr } = await digest('\n{\n  "resourceType": "Basic",\n\n  "é": "\\ud800" }\n');
    expect(stderr).toMatch(/^attestry: CANONICAL\.LONE_SURROGATE: .*\(standard input, line 5, column 9\)\n/);
  });
});
