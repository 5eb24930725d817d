import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { patient } from '../support/test-source.js';
import { TestSystem } from '../support/test-system.js';

describe('a log', () => {
  let system: TestSystem;
  let elsewhere: string;
  beforeEach(async () => {
    system = await TestSystem.start();
    elsewhere = await mkdtemp(join(tmpdir(), 'attestry-elsewhere-'));
  });
  afterEach(async () => {
    await system.stop();
    await rm(elsewhere, { recursive: true });
  });

  it('is gone on with by its own keys under its own origin, and by nobody else', async () => {
    await system.notify(patient('p', 1));
    await system.settled();
    const published = await system.checkpoint();
    await system.end('worker');
    await system.end('api');
    for (const settings of [{ ATTESTRY_DATA: elsewhere }, { ATTESTRY_LOG_ORIGIN: 'other.example/log' }]) {
      const refusal = { code: 'KEYS.OTHER_LOG', advice: 'stop' };
      await expect(system.startWorker(settings)).rejects.toMatchObject(refusal);
      await expect(system.startApi(settings)).rejects.toMatchObject(refusal);
    }
    await system.startApi();
    await system.startWorker();
    await system.notify(patient('p', 2));
    await system.settled();
    expect(published).toMatchObject({ size: 1 });
    expect(await system.checkpoint()).toMatchObject({ size: 2 });
  });
});
