import { InvalidArgumentError } from 'commander';

/** Reads a whole number above zero from the command line. */
export function wholeNumber(text: string): number {
  const number = Number(text);
  if (/^\d{1,15}$/.test(text) && number > 0) return number;
  throw new InvalidArgumentError('Expected a whole number above zero.');
}

/** The same for an argument that may be given more than once. */
export function wholeNumbers(text: string, before: readonly number[] | undefined): readonly number[] {
  return [...(before ?? []), wholeNumber(text)];
}
