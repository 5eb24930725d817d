import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseVerifierKey, SIGNATURE_TYPE } from '#core';
import { loadKeys } from '#adapters/keys-file';
import { runAttestry, TestFolder } from '../testing/run-attestry.js';

describe('attestry keys show', () => {
  let folder: TestFolder;
  beforeEach(async () => (folder = await TestFolder.make()));
  afterEach(() => folder.remove());
  const show = (...options: string[]) => runAttestry(['keys', 'show', '--data', folder.path, ...options]);

  it("prints the verifier key of the folder's log", async () => {
    const { verifierKey } = (await loadKeys(folder.path, 'attestry.localhost/log')).checkpointSigner.note;
    expect(await show()).toEqual({ status: 0, stdout: `${verifierKey}\n`, stderr: '' });
    expect(JSON.parse((await show('--json')).stdout)).toEqual({
      origin: 'attestry.localhost/log',
      verifierKey,
    });
  });

  it("names the key after the configuration's origin", async () => {
    await loadKeys(folder.path, 'any');
    const config = await folder.file('attestry.yaml', 'log: { origin: log.example/other }');
    const { stdout } = await show('--config', config);
    expect(parseVerifierKey(stdout.trim())).toMatchObject({
      name: 'log.example/other',
      type: SIGNATURE_TYPE.ed25519,
    });
  });

  it('makes no keys where there are none', async () => {
    const { status, stderr } = await show();
    expect([status, stderr]).toEqual([2, expect.stringMatching(/^attestry: DATA\.MISSING: /)]);
    expect(existsSync(join(folder.path, 'keys'))).toBe(false);
  });

  it('says what the operating system refused, without a stack', async () => {
    await folder.file('keys', 'a file where the folder should be');
    const { status, stderr } = await show();
    expect([status, stderr]).toEqual([2, expect.stringMatching(/^attestry: SYSTEM\.ENOTDIR: .*\n {2}.*\n$/)]);
  });

  it('names a fault of the configuration in one line', async () => {
    const config = await folder.file('attestry.yaml', 'log: { orgin: x }');
    const { status, stderr } = await show('--config', config);
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(/^attestry: CONFIG\.INVALID: .*log\.orgin.*\n {2}.*configuration\.md.*\n$/),
    ]);
  });
});
