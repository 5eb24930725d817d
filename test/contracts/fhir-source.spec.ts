import { FhirRestSource, FhirRestSubscriptions } from '#adapters/fhir-rest';
import { startSandbox } from '../../apps/sandbox/index.js';
import { fhirSourceContract } from './fhir-source.contract.js';

fhirSourceContract('fhir-rest against the sandbox', async () => {
  const sandbox = await startSandbox({ delivery: { backoffMs: 10 } });
  return {
    base: sandbox.base,
    port: new FhirRestSource(),
    subscriptions: new FhirRestSubscriptions(),
    close: () => sandbox.close(),
  };
});
