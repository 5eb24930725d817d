import { CliError } from './cli.errors.js';

/** An http(s) URL from the command line or the environment. Throws USAGE.INVALID, in words that do not repeat it. */
export function httpUrl(what: string, text: string, example: string): URL {
  if (URL.canParse(text) && /^https?:\/\//i.test(text)) return new URL(text);
  throw new CliError('USAGE.INVALID', `${what} is not an http(s) URL`, { advice: `For example ${example}` });
}
