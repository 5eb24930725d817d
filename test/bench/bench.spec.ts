import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '../../apps/composition/package.js';
import { BENCHES } from './benches.js';
import type { BenchRow } from './bench-row.js';
import { benchTable } from './bench-table.js';
import { quantile } from './load/load.js';
import { growth } from './product/backlog.js';

interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the compiled command as `npm run bench` does. */
function bench(...args: readonly string[]): Promise<Ended> {
  const command = [join(packageRoot, 'dist', 'test', 'bench', 'main.js'), ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, command, (error, stdout, stderr) => {
      resolve({ status: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
    });
  });
}

describe('npm run bench', () => {
  // That each bench runs and gets right answers; how fast is never asserted.
  it.each(Object.keys(BENCHES))(
    'runs %s and prints one JSON object',
    async (name) => {
      const { status, stdout, stderr } = await bench('--json', '--quick', name);
      expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
      const { rows } = JSON.parse(stdout) as { rows: BenchRow[] };
      expect(rows.some((row) => row.name.startsWith(name))).toBe(true);
      for (const row of rows) {
        expect(row.value).toBeGreaterThan(0);
        expect(row.baseline).toBeGreaterThan(0);
      }
    },
    180_000,
  );

  it.each([['nonsense'], ['--nonsense']])('refuses %s and lists the names', async (argument) => {
    const { status, stdout, stderr } = await bench(argument);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    for (const name of Object.keys(BENCHES)) expect(stderr).toContain(name);
  });

  it('prints a table, with what only some rows have below their row', () => {
    const rows = [
      { name: 'one', unit: 'things/s', value: 10, baseline: 5, ratio: 2, p99Ms: 1.5 },
      { name: 'another', unit: 'gas', value: 7, baseline: 14, ratio: 0.5, entries: 1000 },
    ];
    expect(benchTable(rows).split('\n')).toEqual([
      'name     unit      value  baseline  ratio  p50Ms  p99Ms  maxRssMb',
      'one      things/s     10         5      2           1.5          ',
      'another  gas           7        14    0.5                        ',
      '    entries 1000',
    ]);
  });
});

describe('figures', () => {
  it('takes quantiles by rank', () => {
    const values = Array.from({ length: 100 }, (_, at) => 100 - at);
    expect([quantile(values, 0.5), quantile(values, 0.99), quantile([7], 0.99)]).toEqual([50, 99, 7]);
  });

  it('sees a backlog grow through its ups and downs, and one that stays', () => {
    const saw = (slope: number) =>
      Array.from({ length: 80 }, (_, at) => ({ at: at / 4, waiting: (at % 4) * 400 + slope * (at / 4) }));
    expect(growth(saw(100))).toBeCloseTo(growth(saw(0)) + 100, 6);
    expect(Math.abs(growth(saw(0)))).toBeLessThan(15);
  });
});
