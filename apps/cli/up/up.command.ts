import { InvalidArgumentError, type Command } from 'commander';
import type { UpOptions } from './up.js';

export function registerUp(program: Command): void {
  program
    .command('up')
    .description('start everything on this machine: database, chain, witnesses, FHIR sandbox, API and worker')
    .option(
      '--data <folder>',
      'where database, chain, keys and logs are kept (default: configuration `data`)',
    )
    .option('--examples <number>', "how many of HL7's example resources to load into the sandbox", count, 25)
    .option('--json', 'print the addresses as one line of JSON')
    .action(async (options: UpOptions) => {
      const { up } = await import('./up.js');
      await up(options);
    });
}

function count(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new InvalidArgumentError('a whole number from 0 to 9999');
  return Number(text);
}
