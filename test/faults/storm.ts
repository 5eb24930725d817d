import { setTimeout as pause } from 'node:timers/promises';
import { dice } from '../../apps/sandbox/index.js';

const FHIR = { 'content-type': 'application/fhir+json' };

/** Changes at a FHIR server, which a seed decides: resources are created, changed, deleted, and created again. */
export class Storm {
  readonly references: readonly string[];
  private readonly random: () => number;
  private readonly alive = new Set<string>();

  constructor(
    private readonly base: string,
    resources: number,
    seed: number,
  ) {
    this.random = dice(seed);
    const types = ['Observation', 'Patient', 'Condition'];
    this.references = Array.from({ length: resources }, (_, at) => `${types[at % types.length]!}/r-${at}`);
  }

  /** Makes so many changes, a few at a time; each one is a version of its own. */
  async rage(changes: number): Promise<void> {
    // Every resource exists before any is changed again.
    for (const reference of this.references) await this.put(reference);
    for (let made = this.references.length; made < changes; made++) {
      const reference = this.references[Math.floor(this.random() * this.references.length)]!;
      if (this.alive.has(reference) && this.random() < 0.15) await this.remove(reference);
      else await this.put(reference);
      if (made % 20 === 0) await pause(Math.floor(this.random() * 300));
    }
  }

  private async put(reference: string): Promise<void> {
    const [resourceType, id] = reference.split('/');
    const value = (this.random() * 1_000).toFixed(2);
    const body = `{"resourceType":"${resourceType!}","id":"${id!}","extension":[{"url":"http://example.org/value","valueDecimal":${value}}]}`;
    const response = await fetch(`${this.base}/${reference}`, { method: 'PUT', headers: FHIR, body });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`PUT was answered ${response.status}`);
    this.alive.add(reference);
  }

  private async remove(reference: string): Promise<void> {
    const response = await fetch(`${this.base}/${reference}`, { method: 'DELETE' });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`DELETE was answered ${response.status}`);
    this.alive.delete(reference);
  }
}
