import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { Installation } from '../up/installation.js';
import { declareSandbox } from '../up/sandbox-source.js';
import { Tour } from './tour.js';
import { STEPS } from './steps.js';

export function registerDemo(program: Command): void {
  program
    .command('demo')
    .description('the scripted tour, on an installation of its own that is removed at the end')
    .action(demo);
}

/** Exit status 0 when every step passed, 1 when one failed. */
async function demo(): Promise<void> {
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
