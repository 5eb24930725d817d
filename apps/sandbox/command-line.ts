import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readFaults, type FaultSettings } from './faults/fault.settings.js';
import type { SandboxOptions } from './sandbox.options.js';
import { SHAPES } from './subscriptions/topic/notification-bundle.js';
import { STYLES } from './subscriptions/rest-hook.js';

const text = { type: 'string' } as const;
const OPTIONS = {
  host: text,
  port: text,
  load: text,
  journal: text,
  faults: text,
  style: text,
  'notification-shape': text,
  'no-events': { type: 'boolean' },
  'version-ids': text,
  'no-system-history': { type: 'boolean' },
  'page-size': text,
  'require-token': text,
  'token-lifetime': text,
  'binding-lifetime': text,
} as const;

/** Options from the command line, else from SANDBOX_HOST, SANDBOX_PAGE_SIZE and so on; throws TypeError. */
export function readOptions(args: readonly string[], env: NodeJS.ProcessEnv): SandboxOptions {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  const given = (
    name: Exclude<keyof typeof OPTIONS, 'no-system-history' | 'no-events'>,
  ): string | undefined =>
    (values[name] ?? env[`SANDBOX_${name.toUpperCase().replaceAll('-', '_')}`]) || undefined;
  const journal = given('journal');
  const jwks = given('require-token');
  const faults = given('faults');
  return {
    host: given('host') ?? '127.0.0.1',
    port: wholeNumber('port', given('port') ?? '0', 65_535),
    load: wholeNumber('load', given('load') ?? '0', 9999),
    ...(journal !== undefined && { journal }),
    ...(faults !== undefined && { faults: faultsOf(faults) }),
    style: oneOf('style', given('style'), STYLES),
    notificationShape: oneOf('notification-shape', given('notification-shape'), SHAPES),
    eventsOperation: values['no-events'] !== true,
    versionIds: oneOf('version-ids', given('version-ids'), ['numbers', 'uuids']),
    systemHistory: values['no-system-history'] !== true,
    ...(jwks !== undefined && { requireToken: httpUrl(jwks) }),
    tokenLifetimeS: wholeNumber('token-lifetime', given('token-lifetime') ?? '300', 86_400),
    bindingLifetimeMs: 1000 * wholeNumber('binding-lifetime', given('binding-lifetime') ?? '3600', 86_400),
    pageSize: Math.max(1, wholeNumber('page-size', given('page-size') ?? '1000', 9999)),
  };
}

/** JSON, or the name of a file that holds it. */
function faultsOf(value: string): FaultSettings {
  const json = value.trimStart().startsWith('{') ? value : readFileSync(value, 'utf8');
  try {
    return readFaults(JSON.parse(json));
  } catch (error) {
    if (error instanceof SyntaxError) throw new TypeError('faults: this is not JSON', { cause: error });
    throw error;
  }
}

function httpUrl(value: string): string {
  if (!/^https?:$/.test(URL.parse(value)?.protocol ?? ''))
    throw new TypeError('require-token must be the URL of a JWKS');
  return value;
}

function oneOf<T extends string>(name: string, value: string | undefined, words: readonly [T, ...T[]]): T {
  if (value === undefined) return words[0];
  const word = words.find((one) => one === value);
  if (word === undefined) throw new TypeError(`${name} must be one of ${words.join(', ')}`);
  return word;
}

function wholeNumber(name: string, value: string, limit: number): number {
  if (!/^\d{1,6}$/.test(value) || Number(value) > limit)
    throw new TypeError(`${name} must be a whole number up to ${limit}, for example --${name} 0`);
  return Number(value);
}
