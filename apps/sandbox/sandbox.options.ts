import { parseArgs } from 'node:util';
import { DEFAULT_DELIVERY, type DeliverySettings } from './subscriptions/delivery-queue.js';

export interface SandboxOptions {
  /** The interface to listen on. */
  readonly host?: string;
  /** 0, or a port that is taken, means any free one. */
  readonly port?: number;
  /** How many of HL7's examples to hold from the start. */
  readonly load?: number;
  /** A file that holds every version, so that a restart forgets none; made when absent. */
  readonly journal?: string;
  /** Largest request body, in bytes. */
  readonly bodyLimit?: number;
  readonly delivery?: Partial<DeliverySettings>;
}

export interface SandboxSettings {
  readonly host: string;
  readonly port: number;
  readonly load: number;
  readonly journal: string | undefined;
  readonly bodyLimit: number;
  readonly delivery: DeliverySettings;
}

export function settingsOf(options: SandboxOptions): SandboxSettings {
  return {
    host: options.host ?? '127.0.0.1',
    port: options.port ?? 0,
    load: options.load ?? 0,
    journal: options.journal,
    bodyLimit: options.bodyLimit ?? 16 * 1024 * 1024,
    delivery: { ...DEFAULT_DELIVERY, ...options.delivery },
  };
}

/** Options from the command line, else from SANDBOX_HOST, _PORT, _LOAD and _JOURNAL; throws TypeError. */
export function readOptions(args: readonly string[], env: NodeJS.ProcessEnv): SandboxOptions {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: { host: text, port: text, load: text, journal: text },
  });
  const journal = values.journal ?? env['SANDBOX_JOURNAL'] ?? '';
  return {
    host: values.host ?? env['SANDBOX_HOST'] ?? '127.0.0.1',
    port: naturalNumber('port', values.port ?? env['SANDBOX_PORT'] ?? '0', 65_535),
    load: naturalNumber('load', values.load ?? env['SANDBOX_LOAD'] ?? '0', 9999),
    ...(journal !== '' && { journal }),
  };
}

function naturalNumber(name: string, value: string, limit: number): number {
  if (!/^\d{1,6}$/.test(value) || Number(value) > limit)
    throw new TypeError(`${name} must be a whole number up to ${limit}, for example --${name} 0`);
  return Number(value);
}
