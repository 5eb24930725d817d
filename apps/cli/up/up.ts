import { ApiClient } from '../clients/api-client.js';
import { FhirClient } from '../clients/fhir-client.js';
import { greeting, type Example } from './greeting.js';
import { Installation, type Addresses } from './installation.js';
import { declareSandbox, loadExamples, SANDBOX } from './sandbox-source.js';

/** Options of `attestry up`. */
export interface UpOptions {
  readonly data?: string;
  readonly examples: number;
  readonly json?: boolean;
}

/** Starts everything, says where it is, and runs until it is asked to end. */
export async function up({ data, examples, json = false }: UpOptions): Promise<void> {
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
    const example = await loggedExample(addresses, loaded);
    process.stdout.write(
      json ? `${JSON.stringify({ ready: true, ...addresses })}\n` : greeting(addresses, example),
    );
    await asked;
    say('stopping');
  } finally {
    await installation.stop();
  }
}

/** The example that the greeting shows, once it is in the log: one that its commands do something with. */
async function loggedExample(
  { api, sandbox }: Addresses,
  loaded: readonly string[],
): Promise<Example | undefined> {
  const reference = await finalObservation(new FhirClient(sandbox), loaded);
  if (reference === undefined) return undefined;
  const [newest] = await new ApiClient(api).versions(`${SANDBOX}/${reference}`, 1);
  return newest && newest.index !== null ? { reference, index: newest.index } : undefined;
}

async function finalObservation(
  fhir: FhirClient,
  references: readonly string[],
): Promise<string | undefined> {
  for (const reference of references)
    if (reference.startsWith('Observation/') && (await fhir.read(reference)).includes('"status":"final"'))
      return reference;
  return undefined;
}
