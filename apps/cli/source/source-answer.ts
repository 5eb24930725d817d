import { CliError } from '../frame/cli.errors.js';
import { printable } from '../frame/printable.js';

/** A source as the API shows it. */
export interface ShownSource {
  readonly name: string;
  readonly base: string;
  readonly authentication: string;
  readonly criteria: readonly string[];
  /** Ids of its Subscriptions, only when it was added. */
  readonly subscriptions?: readonly string[];
}

/** Throws API.UNEXPECTED for an answer that is not a source. */
export function shownSource(answer: unknown): ShownSource {
  const { name, base, authentication, criteria, subscriptions = [] } = (answer ?? {}) as Partial<ShownSource>;
  const texts: unknown[] = [name, base, authentication, ...listed(criteria), ...listed(subscriptions)];
  if (texts.every((text) => typeof text === 'string')) return answer as ShownSource;
  throw new CliError('API.UNEXPECTED', 'the API answers with something that is not a source');
}

/** For people: one line. */
export function sourceLine({ name, base, authentication, criteria }: ShownSource): string {
  return `${[name, base, authentication, criteria.join(' ')].map(printable).join('  ')}\n`;
}

function listed(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}
