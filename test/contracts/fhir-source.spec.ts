import { FhirRestSource, FhirRestSubscriptions, SourceTransport } from '#adapters/fhir-rest';
import { startSandbox } from '../../apps/sandbox/index.js';
import { fhirSourceContract } from './fhir-source.contract.js';

fhirSourceContract('fhir-rest against the sandbox', async () => {
  const sandbox = await startSandbox({ delivery: { backoffMs: 10 } });
  const transport = new SourceTransport();
  return {
    base: sandbox.base,
    port: new FhirRestSource(transport),
    subscriptions: new FhirRestSubscriptions(transport),
    close: async () => {
      await transport.close();
      await sandbox.close();
    },
  };
});
