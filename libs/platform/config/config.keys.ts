import { z } from 'zod';
import { configSchema, keyFacts } from './config.schema.js';

/** One key that a file or an environment variable may set. */
export interface ConfigKey {
  readonly path: readonly string[];
  /** The environment variable that sets it: `intake.groupCommit.maxItems` is `ATTESTRY_INTAKE_GROUPCOMMIT_MAXITEMS`. */
  readonly variable: string;
  readonly kind: 'text' | 'number' | 'list';
}

/** Every key outside lists; a list is one key as a whole. */
export const configKeys: readonly ConfigKey[] = leaves(configSchema, []);

function leaves(schema: z.ZodType, path: readonly string[]): ConfigKey[] {
  if (schema instanceof z.ZodObject) {
    return Object.entries(schema.shape).flatMap(([name, child]) =>
      leaves(child as z.ZodType, [...path, name]),
    );
  }
  const variable = ['ATTESTRY', ...path].join('_').toUpperCase();
  return [{ path, variable, kind: kindOf(bare(schema)) }];
}

function kindOf(schema: z.ZodType): ConfigKey['kind'] {
  if (schema instanceof z.ZodArray) return 'list';
  return schema instanceof z.ZodNumber ? 'number' : 'text';
}

/** What is known about the key at a path, list items included; undefined for a section or an unknown key. */
export function factsAt(path: readonly PropertyKey[]): { is: string; example: string } | undefined {
  let schema: z.ZodType | undefined = configSchema;
  for (const step of path) schema = schema && childOf(bare(schema), step);
  return schema && keyFacts.get(bare(schema));
}

/** The names of keys that may stand at a path. */
export function namesAt(path: readonly PropertyKey[]): readonly string[] {
  let schema: z.ZodType | undefined = configSchema;
  for (const step of path) schema = schema && childOf(bare(schema), step);
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

function childOf(schema: z.ZodType, step: PropertyKey): z.ZodType | undefined {
  if (schema instanceof z.ZodArray) return schema.element as z.ZodType;
  if (schema instanceof z.ZodDiscriminatedUnion) {
    return schema.options.map((option) => childOf(option as z.ZodType, step)).find(Boolean);
  }
  return schema instanceof z.ZodObject ? (schema.shape[String(step)] as z.ZodType | undefined) : undefined;
}

function bare(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodNonOptional
    ? bare(schema.unwrap() as z.ZodType)
    : schema;
}
