import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { packageRoot } from '../../../apps/composition/package.js';
import { usageOf } from './process-usage.js';

const PROGRAM = join(packageRoot, 'dist', 'apps', 'cli', 'main.js');
const SAMPLE_MS = 200;

/** Runs `attestry import` as its users do. Throws unless all of it is stored. */
export async function runImport(
  file: string,
  source: string,
  api: string,
): Promise<{ readonly peakRssMb: number | undefined }> {
  const args = [PROGRAM, 'import', file, '--source', source, '--api', api, '--json'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let peakRssMb: number | undefined;
  // A process that has ended tells nothing any more.
  const sampling = setInterval(() => {
    void usageOf(child.pid!).then((usage) => (peakRssMb = usage?.peakRssMb ?? peakRssMb));
  }, SAMPLE_MS);
  const [stdout, stderr] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close'),
  ]).finally(() => clearInterval(sampling));
  if (child.exitCode !== 0) throw new Error(`attestry import failed: ${stderr}`);
  const { lines, stored } = JSON.parse(stdout) as { lines: number; stored: number };
  if (lines !== stored) throw new Error(`${stored} of ${lines} lines were stored`);
  return { peakRssMb };
}
