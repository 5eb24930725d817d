import { debuglog } from 'node:util';
import { CommanderError } from 'commander';
import { adviceOn } from './advice.js';
import { CliError, type Place } from './cli.errors.js';
import { printable } from './printable.js';

/** What went wrong, in the form that both the line and the JSON on standard error are written from. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly place?: Place | undefined;
  readonly advice?: string | undefined;
}

/** NODE_DEBUG=attestry shows the stack of what is reported as INTERNAL. */
const debug = debuglog('attestry');

const USAGE_CODES: Readonly<Record<string, string>> = {
  'commander.unknownCommand': 'USAGE.UNKNOWN_COMMAND',
  'commander.unknownOption': 'USAGE.UNKNOWN_OPTION',
};

/** Says of anything thrown what the user needs to know. @param help the command that explains the usage */
export function failureOf(error: unknown, help: string): Failure {
  if (error instanceof CommanderError) return usageFailure(error, help);
  const failure = knownFailure(error) ?? internalFailure(error);
  return { ...failure, advice: failure.advice ?? adviceOn(failure.code) };
}

/** One line: code, message and place; a second one says what to do. */
export function failureText({ code, message, place, advice }: Failure): string {
  const where = place === undefined ? '' : ` (${placeText(place)})`;
  const next = advice === undefined ? '' : `  ${printable(advice)}\n`;
  return `attestry: ${code}: ${printable(`${message}${where}`)}\n${next}`;
}

/** One line of JSON, shaped like the API's errors. */
export function failureJson({ code, message, place, advice }: Failure): string {
  return `${JSON.stringify({ error: { code, message, ...place, advice } })}\n`;
}

function placeText({ input, line, column }: Place): string {
  const parts = [input];
  if (line !== undefined) parts.push(`line ${line}`);
  if (column !== undefined) parts.push(`column ${column}`);
  return parts.join(', ');
}

function usageFailure({ code, message }: CommanderError, help: string): Failure {
  const [first = '', ...hints] = message.replace(/^error: /, '').split('\n');
  const advice = [...hints.map(sentence), `See: ${help}`].join(' ');
  return { code: USAGE_CODES[code] ?? 'USAGE.INVALID', message: first, advice };
}

function knownFailure(error: unknown): Failure | undefined {
  if (error instanceof CliError) return { code: error.code, message: error.message, ...error.details };
  if (isCoded(error)) return { code: error.code, message: error.message };
  if (isConfigError(error))
    return { code: 'CONFIG.INVALID', message: error.message.replaceAll(/\s*\n\s*/g, ' ') };
  if (isSystemError(error)) return { code: `SYSTEM.${error.code}`, message: error.message };
  return undefined;
}

function internalFailure(error: unknown): Failure {
  debug('%o', error);
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return {
    code: 'INTERNAL',
    message: `this should not happen (${reason.replaceAll(/\s+/g, ' ')})`,
    advice: 'Please report it, with what NODE_DEBUG=attestry adds.',
  };
}

/** Commander's hint stands in brackets. */
function sentence(hint: string): string {
  return hint.replace(/^\((.*)\)$/, '$1');
}

/** The coded errors of our libraries, told by their shape: naming their classes would load the libraries. */
function isCoded(error: unknown): error is Error & { readonly code: string } {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return false;
  return error.name === 'CoreError' || error.name === 'PortError';
}

function isConfigError(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ConfigError';
}

/** What the operating system refused, as Node reports it. */
function isSystemError(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string';
}
