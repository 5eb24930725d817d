import type { Advice } from '#ports';

/** One thing that is wrong with the configuration. Carries no configured value: it may be a secret. */
export interface ConfigFault {
  /** The key in dots, `api.port`, or the name of the file or variable that cannot be used at all. */
  readonly key: string;
  /** Where the value came from: a file, an environment variable, or `not set`. */
  readonly origin: string;
  readonly reason: string;
  /** What would be accepted instead. */
  readonly example?: string;
}

/** The configuration cannot be used: every fault at once, for the operator to read. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly faults: readonly ConfigFault[]) {
    super(`The configuration has ${faults.length} fault(s):\n${faults.map(line).join('\n')}`);
  }
}

function line({ key, origin, reason, example }: ConfigFault): string {
  const hint = example === undefined ? '' : `; for example: ${example}`;
  return `  ${key} (${origin}): ${reason}${hint}`;
}

/** What else an {@link HttpProblem} may say. */
interface HttpProblemDetails {
  /** Default: `retry` for 503, else `stop`. */
  readonly advice?: Advice;
  /** Offset in the request's body where the fault lies, in UTF-16 code units. */
  readonly position?: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * An answer other than success, thrown anywhere in the handling of a request. Its code and message reach the client
 * as they are: no resource content, identifier or name in either.
 */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';

  /** @param code stable, public, for example `INTAKE.BAD_SIGNATURE` */
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: HttpProblemDetails = {},
  ) {
    super(message);
  }
}

/** A route that says not who may use it stops the start, before anything listens. */
export class UndeclaredPermissionError extends Error {
  override readonly name = 'UndeclaredPermissionError';

  /** @param routes controller and method names */
  constructor(readonly routes: readonly string[]) {
    super(`These routes declare no permission; give each a @Permits(…): ${routes.join(', ')}`);
  }
}
