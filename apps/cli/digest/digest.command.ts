import type { Command } from 'commander';
import { documentsOf } from '../input/documents.js';
import { atPlace } from '../input/place.js';
import { print, printJson } from '../frame/output.js';
import { digestLines, digestsOf } from './resource-digests.js';

const AFTER = `
FILE is a resource, or newline-delimited JSON (NDJSON) with one resource a line; - is standard input. All
digests are SHA-256 in hexadecimal. A view's digest is that of the bytes that attestry canonical writes. An
element is one top-level member of the exact view, a primitive together with its _ sibling; its digest is that
of the canonical object holding just that element, without a salt:

  printf '{"gender":"female"}' | sha256sum

Digests without a salt are for partners who both hold the record: from a digest alone, whoever guesses a value
can tell that it is the right one.`;

interface DigestOptions {
  readonly base?: string;
  readonly json?: true;
}

/** `attestry digest`: the digests of both views and of each element. */
export function registerDigest(program: Command): void {
  program
    .command('digest')
    .summary('print the digests of resources and of their elements')
    .description('Prints the digests of both views of a resource, and of each of its elements.')
    .argument('<file>', 'resource or NDJSON, - for standard input')
    .option('--base <url>', "the source's FHIR base URL: in the portable view, references lose it")
    .option('--json', 'one JSON object a resource, each on a line of its own')
    .addHelpText('after', AFTER)
    .action(runDigest);
}

async function runDigest(file: string, { base, json }: DigestOptions): Promise<void> {
  for await (const document of documentsOf(file)) {
    const digests = atPlace(file, document, (bytes) => digestsOf(bytes, base));
    const line = document.alone ? undefined : document.line;
    await (json
      ? printJson({ ...(line !== undefined && { line }), ...digests })
      : print(digestLines(digests, line)));
  }
}
