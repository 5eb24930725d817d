import { startSandbox, type Sandbox, type SandboxOptions } from '../../apps/sandbox/index.js';
import type { SourceDeclaration } from '#ports';
import { eventually } from './eventually.js';
import { WARD } from './test-source.js';
import type { TestSystem } from './test-system.js';

/** A FHIR server that delivers its changes to a system by Subscriptions, as a real one does. */
export class TestClinic {
  private constructor(
    readonly sandbox: Sandbox,
    readonly source: SourceDeclaration,
  ) {}

  static async start(
    declaration: Partial<SourceDeclaration> = {},
    options: SandboxOptions = {},
  ): Promise<TestClinic> {
    const sandbox = await startSandbox({ delivery: { backoffMs: 50 }, ...options });
    return new TestClinic(sandbox, { ...WARD, name: 'clinic', base: sandbox.base, ...declaration });
  }

  /** Declares it at the system, over HTTP. */
  async join(system: TestSystem): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    const response = await system.post('/v1/sources', JSON.stringify(this.source), headers);
    if (!response.ok) throw new Error(`the declaration was answered ${response.status}`);
  }

  /** Creates or updates; answers the resource as the server holds it. */
  async put(resource: object | string): Promise<Record<string, unknown>> {
    const body = typeof resource === 'string' ? resource : JSON.stringify(resource);
    const { resourceType, id } = JSON.parse(body) as { resourceType: string; id: string };
    const headers = { 'content-type': 'application/fhir+json' };
    const response = await fetch(`${this.sandbox.base}/${resourceType}/${id}`, {
      method: 'PUT',
      headers,
      body,
    });
    if (!response.ok) throw new Error(`PUT was answered ${response.status}`);
    return (await response.json()) as Record<string, unknown>;
  }

  async delete(reference: string): Promise<void> {
    await fetch(`${this.sandbox.base}/${reference}`, { method: 'DELETE' });
  }

  /** The text of a resource as the server sends it. */
  async read(reference: string): Promise<string> {
    return (await fetch(`${this.sandbox.base}/${reference}`)).text();
  }

  /** Resolves once every change was delivered, and is in the system's log. */
  async arrived(system: TestSystem): Promise<void> {
    await eventually('deliveries', () => this.sandbox.deliveries().queued === 0);
    await system.settled();
  }

  stop(): Promise<void> {
    return this.sandbox.close();
  }
}
