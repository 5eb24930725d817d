import type { Sandbox } from '../index.js';

export interface Asked {
  readonly status: number;
  readonly headers: Headers;
  readonly json: Record<string, unknown>;
}

/** One request below the FHIR base, its answer as JSON. */
export async function ask(sandbox: Sandbox, method: string, path: string, body?: unknown): Promise<Asked> {
  const url = path.startsWith('http') ? path : `${sandbox.base}/${path}`;
  const response = await fetch(url, {
    method,
    ...(body !== undefined && {
      headers: { 'content-type': 'application/fhir+json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    json: JSON.parse(text || '{}') as Asked['json'],
  };
}

export const patient = (id: string, more: object = {}): object => ({ resourceType: 'Patient', id, ...more });

/** A requested rest-hook Subscription. */
export function subscription(
  endpoint: string,
  criteria: string,
  more: object = {},
  channel: object = {},
): object {
  return {
    resourceType: 'Subscription',
    status: 'requested',
    reason: 'test',
    criteria,
    channel: { type: 'rest-hook', endpoint, payload: 'application/fhir+json', ...channel },
    ...more,
  };
}
