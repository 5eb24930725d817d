import { Option, type Command } from 'commander';
import { answeredList, queryString } from '../frame/answer-list.js';
import { dataOption } from '../frame/installation.js';
import { print, printJson } from '../frame/output.js';
import { printable } from '../frame/printable.js';
import { wholeNumber } from '../frame/whole-number.js';
import { apiOption, askApi, type ApiOptions } from '../source/api-client.js';

interface ListOptions extends ApiOptions {
  readonly source?: string;
  readonly kind?: string;
  readonly all?: true;
  readonly before?: number;
  readonly limit?: number;
  readonly json?: true;
}

/** An incident as the API shows it. */
interface ShownIncident {
  readonly id: number;
  readonly source: string;
  readonly kind: string;
  readonly type: string;
  readonly resourceId: string;
  readonly version: string;
  readonly elements: readonly string[];
  readonly seenLastAt: string;
  readonly seen: number;
  readonly closedAt: string | null;
}

/** `attestry incident list`: incidents, newest first. */
export function registerIncidentList(incident: Command): void {
  incident
    .command('list')
    .summary('print open incidents, newest first')
    .description(
      'Prints open incidents, newest first: id, kind, source, record version, differing elements, when seen.',
    )
    .option('--source <name>', 'only those of this source')
    .addOption(
      new Option('--kind <kind>', 'only those of this kind').choices([
        'content-mismatch',
        'drift',
        'vanished',
      ]),
    )
    .option('--all', 'closed ones too')
    .option('--before <id>', 'only those with a smaller id: the next page', wholeNumber)
    .option('--limit <n>', 'at most so many, up to 1000 (default: 100)', wholeNumber)
    .addOption(apiOption())
    .addOption(dataOption())
    .option('--json', 'one JSON array')
    .action(runList);
}

async function runList({ source, kind, all, before, limit, json, ...api }: ListOptions): Promise<void> {
  const query = queryString({
    source,
    kind,
    open: all ? undefined : 'true',
    before: before?.toString(),
    limit: limit?.toString(),
  });
  const incidents = answeredList(
    await askApi(api, `/v1/incidents${query}`),
    'incidents',
  ) as readonly ShownIncident[];
  await (json ? printJson(incidents) : print(incidents.map(lineOf).join('')));
}

function lineOf(incident: ShownIncident): string {
  const { id, kind, source, type, resourceId, version, elements, seen, seenLastAt, closedAt } = incident;
  const what = `${type}/${resourceId} version ${version}`;
  const where = elements.length === 0 ? '-' : elements.join(',');
  const state = closedAt === null ? 'open' : 'closed';
  return `${printable([id, kind, source, what, where, `seen ${seen}x, last ${seenLastAt}`, state].join('  '))}\n`;
}
