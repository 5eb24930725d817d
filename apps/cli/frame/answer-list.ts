import { CliError } from './cli.errors.js';

/** The list that an answer of the API has under `name`. Throws API.UNEXPECTED for anything else. */
export function answeredList(answer: unknown, name: string): readonly unknown[] {
  const list = (answer as Record<string, unknown> | null)?.[name];
  if (Array.isArray(list)) return list;
  throw new CliError('API.UNEXPECTED', 'the API answers with something that is no list');
}

/** A query string of those parameters that are told; empty where none is. */
export function queryString(parameters: Readonly<Record<string, string | undefined>>): string {
  const told = Object.entries(parameters).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return told.length === 0 ? '' : `?${new URLSearchParams(told).toString()}`;
}
