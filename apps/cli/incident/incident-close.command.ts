import type { Command } from 'commander';
import { CliError } from '../frame/cli.errors.js';
import { dataOption } from '../frame/installation.js';
import { print, printJson } from '../frame/output.js';
import { wholeNumbers } from '../frame/whole-number.js';
import { apiOption, askApi, type ApiOptions } from '../source/api-client.js';

/** `attestry incident close`: closes incidents that were looked into. */
export function registerIncidentClose(incident: Command): void {
  incident
    .command('close')
    .summary('close incidents that were looked into')
    .description('Closes incidents. They are kept; one that is seen again is open again.')
    .argument('<id...>', 'ids as incident list prints them', wholeNumbers)
    .addOption(apiOption())
    .addOption(dataOption())
    .option('--json', 'one JSON object')
    .action(runClose);
}

async function runClose(
  ids: readonly number[],
  { json, ...api }: ApiOptions & { readonly json?: true },
): Promise<void> {
  const answer = (await askApi(api, '/v1/incidents/close', { ids })) as { closed?: unknown } | null;
  if (typeof answer?.closed !== 'number')
    throw new CliError('API.UNEXPECTED', 'the API answers with something that is no closure');
  await (json ? printJson({ closed: answer.closed }) : print(`${answer.closed} incident(s) closed\n`));
}
