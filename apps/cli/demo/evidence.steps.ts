import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../composition/package.js';
import { OBSERVATION } from './records.js';
import type { Scene, Step } from './tour.js';

const CLI = join(packageRoot, 'dist', 'apps', 'cli', 'main.js');

/** What `attestry verify` left behind. */
interface Checked {
  readonly status: number;
  readonly output: string;
}

/** Evidence is checked by the command line, in a process that is told of no server. */
export const EVIDENCE_STEPS: readonly Step[] = [
  {
    title: 'An evidence file is checked offline, with nothing but the trust file',
    async run(scene) {
      const { evidence, resource } = await evidenceOf(scene);
      const checked = await verify(scene, evidence, resource, []);
      scene.expect('exit status', checked.status, 0);
    },
  },
  {
    title: 'The same file is checked against the chain itself',
    async run(scene) {
      const { evidence, resource } = await evidenceOf(scene);
      const { rpcUrl } = scene.addresses;
      const checked = await verify(scene, evidence, resource, rpcUrl === undefined ? [] : ['--rpc', rpcUrl]);
      scene.expect('exit status', checked.status, 0);
    },
  },
  {
    title: 'A forged evidence file is not verified',
    async run(scene) {
      const { evidence, resource } = await evidenceOf(scene);
      const forged = evidence.replace(/"version":"\d+"/, '"version":"7"');
      scene.expect('file was altered', forged !== evidence, true);
      const checked = await verify(scene, forged, resource, []);
      scene.expect('exit status', checked.status, 1);
    },
  },
  {
    title: 'Genuine evidence does not vouch for an altered record',
    async run(scene) {
      const { evidence, resource } = await evidenceOf(scene);
      const checked = await verify(scene, evidence, resource.replace('6.50', '5.60'), []);
      scene.expect('exit status', checked.status, 1);
      scene.expect('the element is named', checked.output.includes('valueQuantity'), true);
    },
  },
];

async function evidenceOf({ fhir, api }: Scene): Promise<{ evidence: string; resource: string }> {
  const resource = await fhir.read(OBSERVATION);
  const { index } = await api.verify(resource);
  if (index === null) throw new Error('the record is not in the log');
  return { evidence: await api.anchoredEvidence(index), resource };
}

async function verify(
  { addresses }: Scene,
  evidence: string,
  resource: string,
  more: readonly string[],
): Promise<Checked> {
  const folder = await mkdtemp(join(tmpdir(), 'attestry-tour-'));
  const [evidenceFile, resourceFile] = [join(folder, 'evidence.json'), join(folder, 'record.json')];
  try {
    await Promise.all([writeFile(evidenceFile, evidence), writeFile(resourceFile, resource)]);
    return await run([
      'verify',
      evidenceFile,
      '--resource',
      resourceFile,
      '--trust',
      addresses.trustFile,
      ...more,
    ]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function run(args: readonly string[]): Promise<Checked> {
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...args], (error, output) => {
      resolve({ status: typeof error?.code === 'number' ? error.code : error ? -1 : 0, output });
    });
  });
}
