import { InvalidArgumentError, type Command } from 'commander';
import { greeting } from './greeting.js';
import { Installation } from './installation.js';
import { declareSandbox, loadExamples } from './sandbox-source.js';

interface UpOptions {
  readonly data?: string;
  readonly examples: number;
  readonly json?: boolean;
}

export function registerUp(program: Command): void {
  program
    .command('up')
    .description('start everything on this machine: database, chain, FHIR sandbox, API and worker')
    .option(
      '--data <folder>',
      'where database, chain, keys and logs are kept (default: configuration `data`)',
    )
    .option('--examples <number>', "how many of HL7's example resources to load into the sandbox", count, 25)
    .option('--json', 'print the addresses as one line of JSON')
    .action(up);
}

async function up({ data, examples, json = false }: UpOptions): Promise<void> {
  const say = (line: string) => process.stderr.write(`attestry: ${line}\n`);
  // Asked to end while it still starts: ends as soon as it can be ended cleanly.
  const asked = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  const { installation, addresses } = await Installation.start({ data, onEvent: say });
  try {
    await declareSandbox(addresses);
    say(`loading ${examples} of HL7's example resources into the sandbox`);
    const loaded = await loadExamples(addresses, examples);
    process.stdout.write(
      json ? `${JSON.stringify({ ready: true, ...addresses })}\n` : greeting(addresses, loaded),
    );
    await asked;
    say('stopping');
  } finally {
    await installation.stop();
  }
}

function count(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new InvalidArgumentError('a whole number from 0 to 9999');
  return Number(text);
}
