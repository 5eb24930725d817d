import type { Addresses } from '../up/installation.js';
import { FhirClient } from '../clients/fhir-client.js';
import { ApiClient } from '../clients/api-client.js';

/** What the steps of the tour work with. */
export interface Scene {
  readonly addresses: Addresses;
  readonly fhir: FhirClient;
  readonly api: ApiClient;
  /** Throws when something is not as the tour says; the step then counts as failed. */
  readonly expect: (what: string, actual: unknown, expected: unknown) => void;
}

/** One stop of the tour. A later step may build on what an earlier one did. */
export interface Step {
  readonly title: string;
  run(scene: Scene): Promise<void>;
}

/** Runs the steps one after the other, and counts. */
export class Tour {
  passed = 0;
  failed = 0;

  constructor(readonly say: (line: string) => void) {}

  async run(steps: readonly Step[], addresses: Addresses): Promise<void> {
    const scene: Scene = {
      addresses,
      fhir: new FhirClient(addresses.sandbox),
      api: new ApiClient(addresses.api),
      expect: (what, actual, expected) => this.expect(what, actual, expected),
    };
    for (const [at, step] of steps.entries()) {
      this.say(`\n${at + 1}. ${step.title}`);
      try {
        await step.run(scene);
        this.passed += 1;
        this.say('   passed');
      } catch (error) {
        this.failed += 1;
        this.say(`   FAILED: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }

  private expect(what: string, actual: unknown, expected: unknown): void {
    const [shown, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
    if (shown !== wanted) throw new Error(`${what} is ${shown}, expected ${wanted}`);
    this.say(`   ${what}: ${shown}`);
  }
}
