import { Command, CommanderError } from 'commander';
import { packageVersion } from '../../composition/package.js';
import { EXIT } from './exit-status.js';
import { failureJson, failureOf, failureText } from './failure.js';
import { endWhenUnwritable } from './output.js';

const EXIT_STATUS = `
Exit status: 0 done; 1 not verified (attestry verify, log audit); 2 wrong usage, unusable input, or something that
was needed refused or could not be reached. Errors stand on standard error: one line with a code, one with
advice; as JSON when --json is given. docs/operations/command-line.md describes every command.`;

/** The `attestry` program, without its commands. */
export function createProgram(): Command {
  const program = new Command('attestry')
    .description('Proves that a FHIR record is the one its source holds, without health data on any ledger.')
    .version(packageVersion, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help on a command')
    .helpCommand('help [command]', 'print help on a command')
    .addHelpText('after', EXIT_STATUS)
    // What commander refuses is reported like everything else that goes wrong.
    .configureOutput({ outputError: () => undefined })
    .exitOverride();
  return program;
}

/** Runs the command that `argv` names, and reports what goes wrong. Never rejects. */
export async function runProgram(program: Command, argv: readonly string[]): Promise<void> {
  endWhenUnwritable();
  try {
    await program.parseAsync(argv);
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return;
    process.exitCode = EXIT.unusable;
    // Commander has printed the help of a command that lacks its subcommand.
    if (error instanceof CommanderError && error.code === 'commander.help') return;
    const failure = failureOf(error, helpOn(program, argv));
    process.stderr.write(argv.includes('--json') ? failureJson(failure) : failureText(failure));
  }
}

/** How to get the help of the command that `argv` names. */
function helpOn(program: Command, argv: readonly string[]): string {
  let command = program;
  const names = ['attestry'];
  for (const word of argv.slice(2)) {
    const inner = command.commands.find((candidate) => candidate.name() === word);
    if (inner === undefined) break;
    command = inner;
    names.push(word);
  }
  return `${names.join(' ')} --help`;
}
