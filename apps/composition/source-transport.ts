import { SourceTransport, type RequestOutcome } from '#adapters/fhir-rest';
import { OPEN, type Metrics } from '#platform';
import type { ClientKeys } from '#ports';

const OUTCOMES: readonly RequestOutcome[] = ['answered', 'refused', 'unavailable', 'slow-down'];

/** The transport to all sources, counted. Names of sources are few, and an operator's own. */
export function measuredTransport(metrics: Metrics, keys: ClientKeys): SourceTransport {
  const requests = metrics.counter('source_requests_total', 'Requests to sources, by what they came to', {
    source: OPEN,
    outcome: OUTCOMES,
  });
  const resting = metrics.gauge('source_resting', '1 while a source that kept failing is left alone', {
    source: OPEN,
  });
  return new SourceTransport({
    keys,
    onOutcome: (source, outcome) => requests.add({ source, outcome }),
    onBreaker: (source, open) => resting.set({ source }, open ? 1 : 0),
  });
}
