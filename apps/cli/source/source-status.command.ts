import type { Command } from 'commander';
import { CliError } from '../frame/cli.errors.js';
import { dataOption } from '../frame/installation.js';
import { print, printJson } from '../frame/output.js';
import { apiOption, askApi, type ApiOptions } from './api-client.js';
import { statusDetails, statusTable, type ShownStatus } from './source-status-text.js';

/** `attestry source status`: how sources are doing. */
export function registerSourceStatus(source: Command): void {
  source
    .command('status')
    .summary('print how sources are doing')
    .description('Prints how sources are doing: a line each, or one in detail.')
    .argument('[name]', 'one source, in detail')
    .addOption(apiOption())
    .addOption(dataOption())
    .option('--json', 'one JSON array, or one JSON object')
    .action(runStatus);
}

async function runStatus(
  name: string | undefined,
  { json, ...api }: ApiOptions & { readonly json?: true },
): Promise<void> {
  const path = name === undefined ? 'status' : `${encodeURIComponent(name)}/status`;
  const answer = await askApi(api, `/v1/sources/${path}`);
  const statuses = (Array.isArray(answer) ? answer : [answer]) as readonly ShownStatus[];
  if (!statuses.every(isStatus))
    throw new CliError('API.UNEXPECTED', 'the API answers with something that is no status');
  if (json) return printJson(answer);
  await print(name === undefined ? statusTable(statuses) : statuses.map(statusDetails).join(''));
}

function isStatus(answer: ShownStatus | null): boolean {
  if (typeof answer?.name !== 'string' || typeof answer.drift !== 'object') return false;
  return [answer.tasks, answer.subscriptions, answer.subscriptionChanges].every(Array.isArray);
}
