import type { Command } from 'commander';
import { answeredList, queryString } from '../frame/answer-list.js';
import { dataOption } from '../frame/installation.js';
import { print, printJson } from '../frame/output.js';
import { printable } from '../frame/printable.js';
import { wholeNumber } from '../frame/whole-number.js';
import { apiOption, askApi, type ApiOptions } from '../source/api-client.js';

interface ListOptions extends ApiOptions {
  readonly source?: string;
  readonly code?: string;
  readonly before?: number;
  readonly limit?: number;
  readonly counts?: true;
  readonly json?: true;
}

/** A dead letter as the API shows it. */
interface ShownDeadLetter {
  readonly id: number;
  readonly source: string;
  readonly code: string;
  readonly attempts: number;
  readonly diedAt: string;
}

interface ShownCount {
  readonly source: string;
  readonly code: string;
  readonly count: number;
}

/** `attestry dead-letter list`: dead letters, newest first, or how many there are. */
export function registerDeadLetterList(deadLetter: Command): void {
  deadLetter
    .command('list')
    .summary('print dead letters with their reasons, newest first')
    .description('Prints dead letters, newest first: id, source, reason, tries, when it was given up.')
    .option('--source <name>', 'only those of this source')
    .option('--code <code>', 'only those with this reason')
    .option('--before <id>', 'only those with a smaller id: the next page', wholeNumber)
    .option('--limit <n>', 'at most so many, up to 1000 (default: 100)', wholeNumber)
    .option('--counts', 'only how many there are of each source and reason')
    .addOption(apiOption())
    .addOption(dataOption())
    .option('--json', 'one JSON array')
    .action((options: ListOptions) => (options.counts ? runCounts(options) : runList(options)));
}

async function runList({ source, code, before, limit, json, ...api }: ListOptions): Promise<void> {
  const query = queryString({ source, code, before: before?.toString(), limit: limit?.toString() });
  const answer = await askApi(api, `/v1/dead-letters${query}`);
  const letters = answeredList(answer, 'deadLetters') as readonly ShownDeadLetter[];
  await (json ? printJson(letters) : print(letters.map(lineOf).join('')));
}

async function runCounts({ json, ...api }: ListOptions): Promise<void> {
  const counts = answeredList(
    await askApi(api, '/v1/dead-letters/counts'),
    'counts',
  ) as readonly ShownCount[];
  const lines = counts.map(({ source, code, count }) => `${printable(`${source}  ${code}  ${count}`)}\n`);
  await (json ? printJson(counts) : print(lines.join('')));
}

function lineOf({ id, source, code, attempts, diedAt }: ShownDeadLetter): string {
  return `${printable([id, source, code, `${attempts} tries`, diedAt].join('  '))}\n`;
}
