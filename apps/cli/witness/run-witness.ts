import { once } from 'node:events';
import { resolve } from 'node:path';
import { parsePolicy, parseVerifierKey, SIGNATURE_TYPE, type VerifierKey } from '#core';
import { endWithParent } from '../../composition/end-with-parent.js';
import { startWitness, type RunningWitness } from '../../witness/index.js';
import { CliError } from '../frame/cli.errors.js';
import { print, printJson } from '../frame/output.js';
import { readInput } from '../input/read-input.js';

export interface WitnessCommandOptions {
  readonly data: string;
  readonly log?: readonly string[];
  readonly config?: string;
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly json?: true;
}

const MAX_CONFIG_BYTES = 1024 * 1024;

/** Starts a witness, says where it is and by which key it signs, and runs until it is asked to end. */
export async function runWitness({ data, json, ...options }: WitnessCommandOptions): Promise<void> {
  endWithParent();
  const asked = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  const logs = [...(options.log ?? []).map(logKey), ...(await configured(options.config))];
  const witness = await startWitness({ ...options, data: resolve(data), logs, report });
  await say(witness, json ?? false);
  await asked;
  await witness.close();
  // The channel to whoever started it would keep it running.
  process.exit();
}

function logKey(text: string): VerifierKey {
  const key = parseVerifierKey(text);
  if (key.type !== SIGNATURE_TYPE.ed25519)
    throw new CliError('USAGE.INVALID', "--log takes a log's key, and this one is a witness's");
  return key;
}

async function configured(file: string | undefined): Promise<readonly VerifierKey[]> {
  if (file === undefined) return [];
  const text = new TextDecoder().decode(await readInput(file, MAX_CONFIG_BYTES));
  return parsePolicy(text).logs.map(({ key }) => key);
}

async function say({ url, verifierKey }: RunningWitness, json: boolean): Promise<void> {
  if (json) return printJson({ ready: true, url, verifierKey });
  await print(`witness  ${verifierKey}\nlistens  ${url}\n`);
}

/** An operator's: the disk is full, say. It names files of the witness and nothing of a request. */
function report(error: unknown): void {
  process.stderr.write(`attestry: ${error instanceof Error ? error.message : String(error)}\n`);
}
