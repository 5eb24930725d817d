import { readFileSync } from 'node:fs';

/** The worked examples of a page under docs/spec: fenced blocks whose info string ends in `example=<name>`. */
export function examplesOf(page: string): (name: string) => string {
  const examples = readExamples(page);
  return (name) => {
    const example = examples.get(name);
    if (example === undefined) throw new Error(`docs/spec/${page} has no example ${name}`);
    return example;
  };
}

/** The names of a page's examples. */
export function exampleNamesOf(page: string): string[] {
  return [...readExamples(page).keys()];
}

/** The lines of an example. */
export function linesOf(example: string): string[] {
  return example.trimEnd().split('\n');
}

function readExamples(page: string): ReadonlyMap<string, string> {
  const text = readFileSync(`docs/spec/${page}`, 'utf8');
  const blocks = [...text.matchAll(/^```\w+ example=(\S+)\n([\s\S]*?)^```$/gm)];
  return new Map(blocks.map(([, name, content]) => [name!, content!]));
}
