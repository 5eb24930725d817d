import { Option, type Command } from 'commander';
import { documentsOf } from '../input/documents.js';
import { atPlace } from '../input/place.js';
import { CliError } from '../frame/cli.errors.js';
import { print } from '../frame/output.js';
import { canonicalForm, type FormOptions, type ViewChoice } from './canonical-form.js';

const AFTER = `
FILE is a JSON file, or - for standard input. One JSON text, or newline-delimited JSON (NDJSON): then each
text makes one line. A single text is written without a line feed, so that its SHA-256 is the view's digest:

  attestry canonical patient.json | sha256sum

Views: exact is what the source holds, without what a server sets (meta.versionId, meta.lastUpdated,
meta.source) and without signatures in attachment URLs; portable is what survives a copy to another server;
none is the canonical form of any JSON, with nothing taken out.
--omit takes out more members of the root, each with its _ sibling; names that are not there do not matter.`;

interface CanonicalOptions {
  readonly view: ViewChoice;
  readonly omit?: string;
  readonly base?: string;
}

/** `attestry canonical`: writes canonical bytes. */
export function registerCanonical(program: Command): void {
  program
    .command('canonical')
    .summary('write the canonical bytes of resources')
    .description('Writes the canonical bytes of a resource, or of each resource of an NDJSON file.')
    .argument('<file>', 'resource or NDJSON, - for standard input')
    .addOption(
      new Option('--view <view>', 'what to reduce a resource to')
        .choices(['exact', 'portable', 'none'])
        .default('exact'),
    )
    .option('--omit <names>', 'root members to take out besides, as in id,meta,signature')
    .option('--base <url>', "the source's FHIR base URL: with --view portable, references lose it")
    .addHelpText('after', AFTER)
    .action(runCanonical);
}

async function runCanonical(file: string, { view, omit = '', base }: CanonicalOptions): Promise<void> {
  if (base !== undefined && view !== 'portable')
    throw new CliError('USAGE.INVALID', '--base means something with --view portable only');
  const options: FormOptions = { view, omit: omit.split(',').filter(Boolean), base };
  for await (const document of documentsOf(file)) {
    await print(atPlace(file, document, (bytes) => canonicalForm(bytes, options)));
    if (!document.alone) await print('\n');
  }
}
