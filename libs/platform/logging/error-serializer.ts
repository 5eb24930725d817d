/** What the log keeps of an error. */
export interface LoggedError {
  readonly type: string;
  readonly code?: string;
  readonly message?: string;
  readonly frames?: readonly string[];
  readonly cause?: LoggedError;
}

/** Errors whose messages are written by us, or by Nest about our own classes: they quote nothing that came in. */
const OWN = new Set([
  'CoreError',
  'PortError',
  'ConfigError',
  'HttpProblem',
  'UndeclaredPermissionError',
  'RuntimeException',
]);
const DEEPEST_CAUSE = 4;

/**
 * Reduces an error to what cannot hold health data. Messages of strangers quote what they were given (a JSON parser its
 * text, a database its values), so only their type, code and stack frames are kept.
 */
export function loggedError(error: unknown, depth = 0): LoggedError {
  if (!isError(error)) return { type: typeof error };
  const type = kindsOf(error)[0] ?? 'Error';
  const code: unknown = 'code' in error ? error.code : undefined;
  const frames = framesOf(error);
  const cause =
    error.cause === undefined || depth >= DEEPEST_CAUSE ? undefined : loggedError(error.cause, depth + 1);
  return {
    type,
    ...(typeof code === 'string' && { code }),
    ...(isOwn(error) && { message: error.message }),
    ...(frames.length > 0 && { frames }),
    ...(cause && { cause }),
  };
}

/** Not every error is an instance of this realm's Error, nor a native one (Fastify's are not). */
function isError(error: unknown): error is Error {
  return typeof error === 'object' && error !== null && 'message' in error && 'stack' in error;
}

function isOwn(error: Error): boolean {
  // System errors name a call and an address: `connect ECONNREFUSED 127.0.0.1:5432`.
  return 'syscall' in error || kindsOf(error).some((name) => OWN.has(name));
}

/** The names of the error's class and of those above it. */
function kindsOf(error: Error): string[] {
  const names: string[] = [];
  let prototype: object | null = Object.getPrototypeOf(error) as object | null;
  for (; prototype; prototype = Object.getPrototypeOf(prototype) as object | null) {
    if (Object.hasOwn(prototype, 'constructor')) names.push(prototype.constructor.name);
  }
  return names;
}

/** The lines below the message, which the stack repeats; none where the stack is about another message. */
function framesOf({ stack, message }: Error): string[] {
  const start = stack?.indexOf(message) ?? -1;
  if (stack === undefined || start < 0) return [];
  const lines = stack.slice(start + message.length).split('\n');
  return lines.map((text) => text.trim()).filter((text) => /^at .*(:\d+:\d+|<anonymous>)\)?$/.test(text));
}
