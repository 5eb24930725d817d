import { parseArgs } from 'node:util';
import type { BenchRow } from './bench-row.js';
import { benchTable } from './bench-table.js';
import { BENCHES } from './benches.js';

const USAGE = `npm run bench -- [--json] [--quick] [NAME…]; names: ${Object.keys(BENCHES).join(', ')}`;
const EXIT_FAILED = 1;
const EXIT_MISUSED = 2;

interface Asked {
  readonly names: readonly string[];
  readonly json: boolean;
  readonly quick: boolean;
}

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const asked = read(args);
  if (asked === undefined) {
    process.stderr.write(`${USAGE}\n`);
    return EXIT_MISUSED;
  }
  try {
    const rows = await run(asked);
    process.stdout.write(`${asked.json ? JSON.stringify({ rows }, null, 2) : benchTable(rows)}\n`);
    return 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return EXIT_FAILED;
  }
}

/** One bench after the other: each has the machine to itself. */
async function run({ names, quick }: Asked): Promise<readonly BenchRow[]> {
  const rows: BenchRow[] = [];
  const progress = (message: string): void => void process.stderr.write(`${message}\n`);
  for (const name of names) rows.push(...(await BENCHES[name]!({ quick, progress })));
  return rows;
}

/** Undefined when the arguments cannot be understood; no name means every bench. */
function read(args: readonly string[]): Asked | undefined {
  try {
    const options = {
      json: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
    } as const;
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    if (positionals.some((name) => !Object.hasOwn(BENCHES, name))) return undefined;
    return { names: positionals.length > 0 ? positionals : Object.keys(BENCHES), ...values };
  } catch {
    return undefined;
  }
}
