import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, isAbsolute, join, relative } from 'node:path';
import { parse, YAMLParseError } from 'yaml';
import { packageRoot } from '../package-root.js';
import type { ConfigFault } from '../platform.errors.js';
import { configKeys, type ConfigKey } from './config.keys.js';

/** Values from one place, and what is wrong with the place itself. */
export interface Layer {
  readonly values: readonly LayerValues[];
  readonly faults: readonly ConfigFault[];
}

interface LayerValues {
  /** A tree of the keys that this place sets. */
  readonly tree: unknown;
  readonly origin: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Variables that say where to look, rather than setting a key. */
const CHOICES = ['ATTESTRY_PROFILE', 'ATTESTRY_CONFIG', 'ATTESTRY_API', 'ATTESTRY_TRUST'];
const ALIASES: Readonly<Record<string, string>> = {
  DATABASE_URL: 'ATTESTRY_DATABASE_URL',
  REDIS_URL: 'ATTESTRY_QUEUE_REDISURL',
};
const configFolder = join(packageRoot, 'config');

/** `config/default.yaml`. */
export function defaultLayer(): Layer {
  return fileLayer(join(configFolder, 'default.yaml'));
}

/** `config/<profile>.yaml`. */
export function profileLayer(profile: string): Layer {
  const profiles = readdirSync(configFolder)
    .filter((file) => file.endsWith('.yaml') && file !== 'default.yaml')
    .map((file) => basename(file, '.yaml'));
  if (profiles.includes(profile)) return fileLayer(join(configFolder, `${profile}.yaml`));
  const reason = `no such profile; must be one of ${profiles.join(', ')}`;
  return broken({ key: 'ATTESTRY_PROFILE', origin: 'environment', reason, example: 'production' });
}

/** Any YAML file, named as the operator named it. */
export function fileLayer(path: string): Layer {
  const local = relative(packageRoot, path);
  const origin = local.startsWith('..') || isAbsolute(local) ? path : local;
  if (!existsSync(path)) {
    return broken({ key: origin, origin: 'configuration file', reason: 'there is no such file' });
  }
  try {
    // Only the first line: the others quote the file, which may hold secrets.
    return { values: [{ tree: parse(readFileSync(path, 'utf8')), origin }], faults: [] };
  } catch (error) {
    return broken({ key: origin, origin: 'configuration file', reason: yamlReason(error) });
  }
}

function yamlReason(error: unknown): string {
  if (!(error instanceof YAMLParseError)) return 'cannot be read';
  const place = error.linePos?.[0];
  return `is not valid YAML (${error.code}${place ? ` in line ${String(place.line)}` : ''})`;
}

/** The keys that environment variables set, by the rule of {@link ConfigKey.variable}. Empty ones set nothing. */
export function environmentLayer(environment: Environment): Layer {
  const values: LayerValues[] = [];
  const faults: ConfigFault[] = [];
  const aliased = Object.keys(ALIASES).filter((alias) => !environment[ALIASES[alias]!]);
  const ours = Object.keys(environment).filter(
    (name) => name.startsWith('ATTESTRY_') && !CHOICES.includes(name),
  );
  for (const name of [...aliased, ...ours]) {
    const text = environment[name];
    if (!text) continue;
    const key = configKeys.find((candidate) => candidate.variable === (ALIASES[name] ?? name));
    const origin = `environment variable ${name}`;
    if (key) values.push({ tree: treeOf(key.path, valueOf(key, text)), origin });
    else faults.push({ key: name, origin: 'environment', ...unknownVariable(name) });
  }
  return { values, faults };
}

function unknownVariable(name: string): Pick<ConfigFault, 'reason' | 'example'> {
  const section = name.split('_').slice(0, 2).join('_');
  const near = configKeys.find((key) => key.variable.startsWith(section));
  return { reason: 'sets no key that there is', ...(near && { example: near.variable }) };
}

function valueOf(key: ConfigKey, text: string): unknown {
  if (key.kind === 'text') return text;
  if (key.kind === 'number') return /^-?\d+$/.test(text) ? Number(text) : text;
  try {
    return parse(text);
  } catch {
    return text;
  }
}

function treeOf(path: readonly string[], value: unknown): unknown {
  return path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);
}

function broken(fault: ConfigFault): Layer {
  return { values: [], faults: [fault] };
}
