import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Installation } from '../up/installation.js';
import { declareSandbox } from '../up/sandbox-source.js';
import { STEPS } from './steps.js';
import { Tour } from './tour.js';

/** Exit status 0 when every step passed, 1 when one failed. */
export async function demo(): Promise<void> {
  const data = await mkdtemp(join(tmpdir(), 'attestry-demo-'));
  const tour = new Tour((line) => process.stdout.write(`${line}\n`));
  const onEvent = (line: string) => tour.say(`  (${line})`);
  const { installation, addresses } = await Installation.start({ data, onEvent });
  try {
    await declareSandbox(addresses);
    await tour.run(STEPS, addresses);
  } finally {
    await installation.stop();
    await rm(data, { recursive: true, force: true });
  }
  tour.say(`demo: ${tour.passed} passed, ${tour.failed} failed`);
  if (tour.failed > 0) process.exitCode = 1;
}
