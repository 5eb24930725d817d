import { readFile } from 'node:fs/promises';
import { posix } from 'node:path';

const IMPORT = /^\s*import\s+(?:[^"';]*\sfrom\s+)?["']([^"']+)["']\s*;/gm;

/** Solidity source units by the name that imports call them by, as the compiler's standard input holds them. */
export type ContractSources = Readonly<Record<string, { readonly content: string }>>;

/**
 * A source unit and all that it imports, however far: relative imports beside the importer, others as npm packages.
 * @param entry path under `root`, with forward slashes
 */
export async function contractSources(root: string, entry: string): Promise<ContractSources> {
  const sources: Record<string, { content: string }> = {};
  const read = async (unit: string): Promise<void> => {
    if (sources[unit]) return;
    const content = await readFile(
      posix.join(root, unit.startsWith('@') ? 'node_modules' : '', unit),
      'utf8',
    );
    sources[unit] = { content };
    for (const [, target = ''] of content.matchAll(IMPORT))
      await read(target.startsWith('.') ? posix.join(posix.dirname(unit), target) : target);
  };
  await read(entry);
  return Object.fromEntries(Object.entries(sources).sort(([a], [b]) => (a < b ? -1 : 1)));
}
