import { rounded } from '../bench-row.js';
import type { BenchProduct } from './bench-product.js';
import { familyUsage, usageOf, type ProcessUsage } from './process-usage.js';

/** Columns of a row that say what our processes and the database's used. */
interface UsageColumns {
  readonly maxRssMb?: number;
  readonly databaseMaxRssMb?: number;
  /** Processor time for each operation in microseconds: unlike the rate, little moved by whatever else runs. */
  readonly cpuUsEach?: number;
  readonly databaseCpuUsEach?: number;
}

/** What was used between two moments. */
export interface Usage {
  columns(operations: number): UsageColumns;
}

type Readings = ReadonlyMap<string, ProcessUsage | undefined>;

const DATABASE = 'database';

/** Reads what the processes of a product use; on systems that do not tell, the columns stay away. */
export class UsageMeter {
  private constructor(
    private readonly product: BenchProduct,
    private readonly before: Readings,
  ) {}

  static async start(product: BenchProduct): Promise<UsageMeter> {
    return new UsageMeter(product, await readings(product));
  }

  async read(): Promise<Usage> {
    const after = await readings(this.product);
    const spent = (names: readonly string[]): number | undefined => {
      const each = names.map((name) => difference(after.get(name), this.before.get(name)));
      return each.every((seconds) => seconds !== undefined) ? each.reduce((a, b) => a + b, 0) : undefined;
    };
    const ours = [...after.keys()].filter((name) => name !== DATABASE);
    const peaks = ours.flatMap((name) => after.get(name)?.peakRssMb ?? []);
    return {
      columns: (operations) => ({
        ...optional('maxRssMb', peaks.length === 0 ? undefined : Math.max(...peaks)),
        ...optional('databaseMaxRssMb', after.get(DATABASE)?.peakRssMb),
        ...optional('cpuUsEach', microseconds(spent(ours), operations)),
        ...optional('databaseCpuUsEach', microseconds(spent([DATABASE]), operations)),
      }),
    };
  }
}

async function readings(product: BenchProduct): Promise<Readings> {
  const readings = new Map([[DATABASE, await familyUsage(product.postgres.pid)]]);
  for (const [name, { pid }] of product.services) readings.set(name, await usageOf(pid));
  return readings;
}

function difference(after: ProcessUsage | undefined, before: ProcessUsage | undefined): number | undefined {
  return after && before && after.cpuSeconds - before.cpuSeconds;
}

function microseconds(seconds: number | undefined, operations: number): number | undefined {
  return seconds === undefined ? undefined : (1e6 * seconds) / operations;
}

function optional<Name extends string>(name: Name, value: number | undefined): { [name in Name]?: number } {
  return (value === undefined ? {} : { [name]: rounded(value) }) as { [name in Name]?: number };
}
