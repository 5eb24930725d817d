import type { Command } from 'commander';
import { CliError } from '../frame/cli.errors.js';
import { EXIT } from '../frame/exit-status.js';
import { httpUrl } from '../frame/http-url.js';
import { dataOption } from '../frame/installation.js';
import { print, printJson } from '../frame/output.js';
import { reportJson, reportLines } from './report-lines.js';
import { verifyEvidence, type VerifyOptions } from './verify-evidence.js';

const AFTER = `
Needs no server and no network, unless --rpc names one. A key inside evidence is never believed by itself: the
trust file says which log, witnesses and contracts are. It is the one given with --trust, else the one that
$ATTESTRY_TRUST names, else trust.json of the data folder.

The exit status is 0 when no check failed, 1 when one did, 2 when the input cannot be used. Skipped checks do
not count: read what they say. EVIDENCE or --resource, not both, may be - for standard input.`;

/** `attestry verify`: checks evidence offline, and exits with the verdict. */
export function registerVerify(program: Command): void {
  program
    .command('verify')
    .summary('check an evidence file, and a copy of its record')
    .description('Checks an evidence file, and whether a resource is the record that it is about.')
    .argument('<evidence>', 'evidence file, - for standard input')
    .option('--resource <file>', 'a copy of the record to compare, - for standard input')
    .option(
      '--base <url...>',
      "FHIR base URLs, besides the source's, that references in the copy may begin with",
    )
    .option('--trust <file>', 'trust file: whom to believe')
    .option('--rpc <url>', "JSON-RPC endpoint of the anchors' chain: ask it whether they are there")
    .addOption(dataOption())
    .option('--json', 'one JSON object')
    .addHelpText('after', AFTER)
    .action(runVerify);
}

async function runVerify(
  evidenceFile: string,
  options: VerifyOptions & { readonly json?: true },
): Promise<void> {
  if (evidenceFile === '-' && options.resource === '-')
    throw new CliError('USAGE.INVALID', 'evidence and resource cannot both come from standard input');
  if (options.rpc !== undefined) httpUrl('--rpc', options.rpc, '--rpc http://127.0.0.1:8545');
  const result = await verifyEvidence(evidenceFile, options);
  process.exitCode = result.verified ? EXIT.done : EXIT.notVerified;
  await (options.json ? printJson(reportJson(result)) : print(reportLines(result)));
}
