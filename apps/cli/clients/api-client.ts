import { setTimeout as pause } from 'node:timers/promises';

/** As much of a verdict as the tour looks at. */
export interface ShownVerdict {
  readonly match: string;
  readonly standing: string;
  readonly assurance: { readonly log: string; readonly ledgers: Readonly<Record<string, string>> };
  readonly elements: { readonly matching: readonly string[]; readonly differing: readonly string[] };
  readonly index: number | null;
  readonly evidence: string | null;
}

/** One known version of a resource, as far as the tour looks at it. */
export interface ShownVersion {
  readonly version: string;
  readonly interaction: string;
  readonly standing: string;
  readonly index: number | null;
}

const PATIENCE_MS = 30_000;
const PAUSE_MS = 200;

/** A client of the API, patient where a change first has to travel. */
export class ApiClient {
  constructor(private readonly base: string) {}

  async verify(resource: string): Promise<ShownVerdict> {
    const response = await fetch(`${this.base}/v1/verify`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/fhir+json' },
      body: resource,
    });
    if (!response.ok) throw new Error(`POST /v1/verify answered ${response.status}`);
    return (await response.json()) as ShownVerdict;
  }

  /** Asks for a verdict until `enough`, for half a minute at most; answers the last one. */
  verifyUntil(resource: string, enough: (verdict: ShownVerdict) => boolean): Promise<ShownVerdict> {
    return until(() => this.verify(resource), enough);
  }

  /** The known versions of `source/Type/id`, once there are `count`. */
  versions(record: string, count: number): Promise<readonly ShownVersion[]> {
    const ask = async () => {
      const response = await fetch(`${this.base}/v1/records/${record}`);
      if (response.status === 404) return [];
      return ((await response.json()) as { versions: readonly ShownVersion[] }).versions;
    };
    return until(
      ask,
      (versions) => versions.length >= count && versions.every(({ index }) => index !== null),
    );
  }

  async evidence(index: number): Promise<string> {
    const response = await fetch(`${this.base}/v1/evidence/${index}`);
    if (!response.ok) throw new Error(`GET /v1/evidence/${index} answered ${response.status}`);
    return response.text();
  }

  /** Evidence with a final anchor in it. */
  anchoredEvidence(index: number): Promise<string> {
    return until(
      () => this.evidence(index),
      (text) =>
        (JSON.parse(text) as { anchors: { state: string }[] }).anchors.some(({ state }) => state === 'final'),
    );
  }

  async get(path: string): Promise<Response> {
    return fetch(`${this.base}${path}`);
  }
}

async function until<T>(ask: () => Promise<T>, enough: (answer: T) => boolean): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const answer = await ask();
    if (enough(answer) || Date.now() > deadline) return answer;
    await pause(PAUSE_MS);
  }
}
