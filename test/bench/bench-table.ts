import type { BenchRow } from './bench-row.js';

const FIRST_COLUMNS = ['name', 'unit', 'value', 'baseline', 'ratio', 'p50Ms', 'p99Ms', 'maxRssMb'] as const;

/** Rows as text: the usual columns side by side, what only some rows have below their row. */
export function benchTable(rows: readonly BenchRow[]): string {
  const cells = [
    [...FIRST_COLUMNS],
    ...rows.map((row) => FIRST_COLUMNS.map((name) => String(row[name] ?? ''))),
  ];
  const widths = FIRST_COLUMNS.map((_, column) => Math.max(...cells.map((line) => line[column]!.length)));
  const lines = cells.map((line) =>
    line.map((cell, column) => align(cell, widths[column]!, column)).join('  '),
  );
  return [lines[0]!, ...rows.flatMap((row, at) => [lines[at + 1]!, ...moreOf(row)])].join('\n');
}

/** Names to the left, figures to the right. */
function align(cell: string, width: number, column: number): string {
  return column < 2 ? cell.padEnd(width) : cell.padStart(width);
}

function moreOf(row: BenchRow): string[] {
  const known: readonly string[] = FIRST_COLUMNS;
  const more = Object.entries(row).filter(([name, value]) => !known.includes(name) && value !== undefined);
  return more.length === 0
    ? []
    : [`    ${more.map(([name, value]) => `${name} ${String(value)}`).join(', ')}`];
}
