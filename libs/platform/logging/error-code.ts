/** What may be logged of any error: its code, or the name of its class; never its text, which may quote what came in. */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
