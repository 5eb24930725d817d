import { mkdtemp, chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One folder for everything that this test run starts once and shares; inherited by jest's workers. */
export default async function setUpRun() {
  const folder = await mkdtemp(join(tmpdir(), 'attestry-test-'));
  await chmod(folder, 0o755);
  process.env['TEST_RUN_FOLDER'] = folder;
}
