import type { Command } from 'commander';
import { CliError } from '../frame/cli.errors.js';
import { dataOption } from '../frame/installation.js';
import { print, printJson } from '../frame/output.js';
import { apiOption, askApi, type ApiOptions } from './api-client.js';
import { shownSource, sourceLine } from './source-answer.js';

/** `attestry source list`: the declared sources. */
export function registerSourceList(source: Command): void {
  source
    .command('list')
    .summary('print the declared sources')
    .description('Prints the declared sources: name, base URL, how they prove themselves, criteria.')
    .addOption(apiOption())
    .addOption(dataOption())
    .option('--json', 'one JSON array')
    .action(runList);
}

async function runList({ json, ...options }: ApiOptions & { readonly json?: true }): Promise<void> {
  const answer = await askApi(options, '/v1/sources');
  if (!Array.isArray(answer))
    throw new CliError('API.UNEXPECTED', 'the API answers with something that is no list');
  const sources = answer.map(shownSource);
  await (json ? printJson(sources) : print(sources.map(sourceLine).join('')));
}
