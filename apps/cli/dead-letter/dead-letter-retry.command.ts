import type { Command } from 'commander';
import { CliError } from '../frame/cli.errors.js';
import { dataOption } from '../frame/installation.js';
import { print, printJson } from '../frame/output.js';
import { wholeNumbers } from '../frame/whole-number.js';
import { apiOption, askApi, type ApiOptions } from '../source/api-client.js';

const AFTER = `
Puts dead letters back to be normalised again. Says first how many it will touch; more than those named by
--id need --yes. What fails again becomes a dead letter again. Doing it twice changes nothing.

  attestry dead-letter retry --id 17
  attestry dead-letter retry --source ward-a --code SOURCE.REFUSED --dry-run`;

/** What the API puts back in one request. */
const STEP = 10_000;

interface RetryOptions extends ApiOptions {
  readonly id?: readonly number[];
  readonly source?: string;
  readonly code?: string;
  readonly all?: true;
  readonly dryRun?: true;
  readonly yes?: true;
  readonly json?: true;
}

/** What the API answers to a retry. */
interface Retried {
  readonly matching: number;
  readonly retried: number;
  readonly diedBefore: string;
}

/** `attestry dead-letter retry`: tries dead letters again. */
export function registerDeadLetterRetry(deadLetter: Command): void {
  deadLetter
    .command('retry')
    .summary('try dead letters again: one, some or all')
    .description('Puts dead letters back to be normalised again.')
    .option('--id <id>', 'the one with this id; may be given more than once', wholeNumbers)
    .option('--source <name>', 'those of this source')
    .option('--code <code>', 'those with this reason')
    .option('--all', 'all of them')
    .option('--dry-run', 'only say how many it would touch')
    .option('--yes', 'go on without asking')
    .addOption(apiOption())
    .addOption(dataOption())
    .option('--json', 'one JSON object')
    .addHelpText('after', AFTER)
    .action(runRetry);
}

async function runRetry(options: RetryOptions): Promise<void> {
  const { dryRun, json } = options;
  const choice = choiceOf(options);
  const { matching, diedBefore } = await retry(options, { ...choice, dryRun: true });
  if (!json) await print(`${matching} dead letter(s) match\n`);
  if (dryRun) return json ? printJson({ matching, retried: 0 }) : undefined;
  if (matching > 0) confirm(options, matching);
  const retried = await retryAll(options, { ...choice, diedBefore }, matching);
  await (json ? printJson({ matching, retried }) : print(`${retried} put back\n`));
}

/** Step by step: those that died before the first request, so that what dies again is left alone. */
async function retryAll(options: RetryOptions, choice: object, matching: number): Promise<number> {
  let done = 0;
  while (done < matching) {
    const { retried } = await retry(options, { ...choice, limit: STEP });
    if (retried === 0) break;
    done += retried;
    if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${matching}${done < matching ? '' : '\n'}`);
  }
  return done;
}

async function retry(api: ApiOptions, body: object): Promise<Retried> {
  const answer = (await askApi(api, '/v1/dead-letters/retry', body)) as Partial<Retried> | null;
  if (typeof answer?.matching === 'number' && typeof answer.retried === 'number') return answer as Retried;
  throw new CliError('API.UNEXPECTED', 'the API answers with something that is no retry');
}

function choiceOf({ id: ids, source, code, all }: RetryOptions): object {
  const chosen = [ids, source, code].some((one) => one !== undefined);
  if (chosen === (all ?? false))
    throw new CliError('USAGE.INVALID', 'say which: --id, --source, --code, or --all alone');
  return { ids, source, code, all };
}

function confirm({ id, yes }: RetryOptions, matching: number): void {
  if (id !== undefined || yes) return;
  throw new CliError('USAGE.UNCONFIRMED', `this would put back ${matching} dead letter(s)`, {
    advice: 'Say --yes to do it.',
  });
}
