import { isAbsolute, join, resolve } from 'node:path';
import type { z } from 'zod';
import { packageRoot } from '../package-root.js';
import { ConfigError, type ConfigFault } from '../platform.errors.js';
import { factsAt, namesAt } from './config.keys.js';
import { defaultLayer, environmentLayer, fileLayer, profileLayer } from './config.layers.js';
import { type Config, configSchema, type ServerConfig, serverConfigSchema } from './config.schema.js';

/** Where to look for configuration. */
export interface ConfigSources {
  /** Default: `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** The operator's file, relative to the working directory. Default: what ATTESTRY_CONFIG names. */
  readonly file?: string;
}

/**
 * Reads, merges and checks the configuration: `config/default.yaml`, then the profile that ATTESTRY_PROFILE names
 * (`development` when unset), then the operator's file, then environment variables; the last one that sets a key wins.
 *
 * @returns a frozen object. Throws {@link ConfigError} with every fault at once.
 */
export function loadConfig(sources: ConfigSources = {}): Config {
  return load(configSchema, sources);
}

/** Like {@link loadConfig}, for a process that works on the database: `database.url` has to be set. */
export function loadServerConfig(sources: ConfigSources = {}): ServerConfig {
  return load(serverConfigSchema, sources);
}

function load<T extends Config>(schema: z.ZodType<T>, sources: ConfigSources): T {
  const environment = sources.environment ?? process.env;
  const file = sources.file ?? (environment['ATTESTRY_CONFIG'] || undefined);
  const layers = [
    defaultLayer(),
    profileLayer(environment['ATTESTRY_PROFILE'] || 'development'),
    ...(file === undefined ? [] : [fileLayer(resolve(file))]),
    environmentLayer(environment),
  ];
  const origins: Origins = new Map();
  const tree = layers
    .flatMap((layer) => layer.values)
    .reduce<unknown>((merged, { tree, origin }) => merge(merged, tree, origin, origins, ''), {});
  const checked = schema.safeParse(tree);
  const faults = [
    ...layers.flatMap((layer) => layer.faults),
    ...(checked.error?.issues ?? []).flatMap((issue) => faultsOf(issue, origins)),
  ];
  if (!checked.success || faults.length > 0) throw new ConfigError(faults);
  return deepFreeze(withAbsolutePaths(checked.data));
}

/** Which place set the value at a path, in dots. */
type Origins = Map<string, string>;

function merge(under: unknown, over: unknown, origin: string, origins: Origins, path: string): unknown {
  if (over === undefined) return under;
  if (over === null) return path === '' ? under : undefined;
  origins.set(path, origin);
  if (!isTree(over)) return over;
  const merged = new Map(isTree(under) ? Object.entries(under) : []);
  for (const [name, value] of Object.entries(over)) {
    const inner = path === '' ? name : `${path}.${name}`;
    merged.set(name, merge(merged.get(name), value, origin, origins, inner));
  }
  return Object.fromEntries(merged);
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function faultsOf(issue: z.core.$ZodIssue, origins: Origins): ConfigFault[] {
  if (issue.code === 'unrecognized_keys') {
    const known = `the keys here are ${namesAt(issue.path).join(', ')}`;
    return issue.keys.map((name) => {
      const key = [...issue.path, name].join('.');
      return { key, origin: originOf(key, origins), reason: `there is no such key; ${known}` };
    });
  }
  const key = issue.path.join('.');
  const facts = factsAt(issue.path);
  const reason = facts
    ? `must be ${facts.is}`
    : `must be a section with the keys ${namesAt(issue.path).join(', ')}`;
  return [{ key, origin: originOf(key, origins), reason, ...(facts && { example: facts.example }) }];
}

function originOf(key: string, origins: Origins): string {
  const exact = origins.get(key);
  if (exact !== undefined) return exact;
  // Within a list, the place is the one that set the list; elsewhere a missing key was set by nobody.
  const list = /^(ledgers|sources)\./.exec(key)?.[1];
  return (list && origins.get(list)) ?? 'not set';
}

function withAbsolutePaths<T extends Config>(config: T): T {
  const data = isAbsolute(config.data) ? config.data : join(packageRoot, config.data);
  const ledgers = config.ledgers.map((ledger) => ({ ...ledger, keyFile: resolve(data, ledger.keyFile) }));
  const { policyFile } = config.witnessing;
  const witnessing = {
    ...config.witnessing,
    ...(policyFile !== undefined && { policyFile: resolve(data, policyFile) }),
  };
  return { ...config, data, ledgers, witnessing };
}

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value))
    if (typeof inner === 'object' && inner !== null) deepFreeze(inner as object);
  return Object.freeze(value);
}
