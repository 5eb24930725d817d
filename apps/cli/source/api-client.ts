import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Option } from 'commander';
import { CliError } from '../frame/cli.errors.js';
import { httpUrl } from '../frame/http-url.js';
import { dataFolder } from '../frame/installation.js';

export interface ApiOptions {
  readonly api?: string;
  readonly data?: string;
}

/** What the API answers instead of what was asked for. */
interface ApiProblem {
  readonly error: { readonly code: string; readonly message: string; readonly advice?: string };
}

/** Registering Subscriptions waits for the FHIR server. */
const TIMEOUT_MS = 60_000;
const RETRY_AFTER_SECONDS = 1;
const ADVICE: Readonly<Record<string, string>> = {
  retry: 'Try again.',
  'slow-down': 'Try again later.',
};

/** The option that chooses the API. */
export function apiOption(): Option {
  return new Option(
    '--api <url>',
    'URL of the API (default: $ATTESTRY_API, else the one that attestry up runs)',
  );
}

/** Asks the API, and answers its JSON. Throws what the API refused with, or API.UNKNOWN, UNREACHABLE, UNEXPECTED. */
export function askApi(options: ApiOptions, path: string, body?: object): Promise<unknown> {
  return ask(options, path, body && { type: 'application/json', content: JSON.stringify(body) });
}

/** Sends bytes to the API by POST, and answers its JSON. Throws as {@link askApi} does. */
export function sendToApi(
  options: ApiOptions,
  path: string,
  type: string,
  content: Uint8Array,
): Promise<unknown> {
  return ask(options, path, { type, content });
}

interface Sent {
  readonly type: string;
  readonly content: string | Uint8Array;
}

async function ask(options: ApiOptions, path: string, sent: Sent | undefined): Promise<unknown> {
  const url = apiUrl(options, path);
  const request = {
    ...(sent && { method: 'POST', body: sent.content, headers: { 'content-type': sent.type } }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  };
  const response = await fetch(url, request).catch(() => {
    throw unreachable(url);
  });
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok && answer !== undefined) return answer;
  throw refusal(url, response, answer);
}

function refusal(url: URL, { status, headers }: Response, answer: unknown): CliError {
  if (!isProblem(answer))
    return new CliError('API.UNEXPECTED', `${url.origin} answers like something else (status ${status})`);
  const { code, message, advice = '' } = answer.error;
  const seconds = Number(headers.get('retry-after') ?? RETRY_AFTER_SECONDS);
  const againInMs = advice in ADVICE ? 1_000 * seconds : undefined;
  return new CliError(code, message, { advice: ADVICE[advice], againInMs });
}

function apiUrl({ api, data }: ApiOptions, path: string): URL {
  const base = api ?? (process.env['ATTESTRY_API'] || undefined) ?? runningApi(dataFolder(data));
  return httpUrl('the API', `${base.replace(/\/+$/, '')}${path}`, '--api http://127.0.0.1:8080');
}

/** What `attestry up` has written about itself. */
function runningApi(data: string): string {
  try {
    const { api } = JSON.parse(readFileSync(join(data, 'run.json'), 'utf8')) as { api?: unknown };
    if (typeof api === 'string') return api;
  } catch {
    // Absent or half written: nothing runs there.
  }
  throw new CliError('API.UNKNOWN', 'no API is known to run', {
    place: { input: data },
    advice: 'Start it with attestry up, or name it with --api or ATTESTRY_API.',
  });
}

function unreachable({ origin }: URL): CliError {
  return new CliError('API.UNREACHABLE', `the API at ${origin} does not answer`, {
    advice: 'Is it running? attestry up starts it; --api names another one.',
    againInMs: 1_000 * RETRY_AFTER_SECONDS,
  });
}

function isProblem(answer: unknown): answer is ApiProblem {
  const error = (answer as Partial<ApiProblem> | undefined | null)?.error;
  return typeof error?.code === 'string' && typeof error.message === 'string';
}
