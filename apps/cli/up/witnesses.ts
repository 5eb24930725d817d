import { join } from 'node:path';
import { freePort, type Config } from '#platform';
import type { ServiceOptions, ServiceProcess } from './service-process.js';

/** The witnesses of an installation on one machine, and how its log is told of them. */
export interface WitnessesRunning {
  /** Where each listens, and what its cosignatures are verified with. */
  readonly all: readonly { readonly url: string; readonly verifierKey: string }[];
  /** Configuration variables of API and worker. */
  readonly environment: Readonly<Record<string, string>>;
}

const WITNESS_PORT = 8100;

export const WITNESSES = ['witness-1', 'witness-2'] as const;

/** How to start one of them as a process of its own, on the same port each time. */
export async function witnessService(
  name: (typeof WITNESSES)[number],
  { data, log }: Config,
  logKey: string,
): Promise<Pick<ServiceOptions, 'entry' | 'args'>> {
  const port = await freePort(WITNESS_PORT + WITNESSES.indexOf(name));
  const args = ['--data', join(data, name), '--name', `${log.origin}/${name}`, '--port', String(port)];
  return { entry: 'cli/main.js', args: ['witness', ...args, '--log', logKey, '--json'] };
}

/** A policy that asks for both; the log goes on without them, and is witnessed once both are back. */
export function witnessesOf(ready: readonly ServiceProcess['ready'][]): WitnessesRunning {
  const all = ready.map(({ url, verifierKey }) => ({ url: String(url), verifierKey: String(verifierKey) }));
  const lines = all.map(({ url, verifierKey }, at) => `witness ${WITNESSES[at]!} ${verifierKey} ${url}`);
  const policy = [...lines, `group both all ${WITNESSES.join(' ')}`, 'quorum both', ''].join('\n');
  const environment = { ATTESTRY_WITNESSING_MODE: 'open', ATTESTRY_WITNESSING_POLICY: policy };
  return { all, environment };
}
