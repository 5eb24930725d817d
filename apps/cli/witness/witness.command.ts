import { InvalidArgumentError, type Command } from 'commander';
import type { WitnessCommandOptions } from './run-witness.js';

const AFTER = `
Runs until it is asked to end. The first start makes the witness's key in the folder; back it up there, and let no
two witnesses share it. Whoever runs the log puts the printed key into the log's policy, with the URL under which
the log reaches this witness; docs/operations/witnesses.md says how.`;

/** `attestry witness`: cosigns the checkpoints of logs, each only when it extends the one before. */
export function registerWitness(program: Command): void {
  program
    .command('witness')
    .summary('cosign the checkpoints of logs, so that none can show two histories')
    .description(
      'Runs a witness (C2SP tlog-witness): it cosigns a checkpoint only when the log has but grown.',
    )
    .requiredOption('--data <folder>', "the witness's key and what it has cosigned; made when absent")
    .option('--log <vkey...>', "verifier keys of the logs; a key's name is the origin of its log")
    .option('--config <file>', 'a C2SP tlog-policy whose log lines name the logs')
    .option('--name <name>', "the name of the witness's key: a URL without a scheme", 'witness.localhost')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <number>', 'port to listen on; 0: any free one', port, 8100)
    .option('--json', 'print address and key as one line of JSON')
    .addHelpText('after', AFTER)
    .action(async (options: WitnessCommandOptions) => {
      const { runWitness } = await import('./run-witness.js');
      await runWitness(options);
    });
}

function port(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw new InvalidArgumentError('a port number from 0 to 65535');
  return Number(text);
}
