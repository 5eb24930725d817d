const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;
/** ECMAScript, Number::toString: plain digits from 10^-6 up to 10^21, an exponent beyond. */
const MAX_PLAIN_POINT = 21;
const MIN_PLAIN_POINT = -5;
/** Longer exponents are beyond exact arithmetic with numbers, and beyond any quantity. */
const MAX_EXPONENT = /^[+-]?0*\d{1,15}$/;

/**
 * The portable form of a number token (docs/spec/views.md): the same decimal value to the last digit, with no more
 * digits than it needs, laid out as ECMAScript does (ECMA-262, Number::toString). Not rounded: for a value that a
 * double holds and prints exactly this is RFC 8785's form. A token with an exponent over 15 digits stays as it is.
 */
export function portableNumber(token: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = NUMBER.exec(token) ?? [];
  const { digits, leading } = significant(whole + fraction);
  if (digits === '') return '0';
  if (!MAX_EXPONENT.test(exponent)) return token;
  return sign + layOut(digits, whole.length - leading + Number(exponent));
}

/** The digits without the zeros around them, and how many stood before; by loops, as a pattern would go back and forth. */
function significant(digits: string): { digits: string; leading: number } {
  let from = 0;
  let to = digits.length;
  while (from < to && digits[from] === '0') from++;
  while (to > from && digits[to - 1] === '0') to--;
  return { digits: digits.slice(from, to), leading: from };
}

/** Writes 0.`digits` × 10^`point`. */
function layOut(digits: string, point: number): string {
  const count = digits.length;
  if (point > MAX_PLAIN_POINT || point < MIN_PLAIN_POINT) {
    const exponent = point - 1;
    const mantissa = count === 1 ? digits : `${digits[0]!}.${digits.slice(1)}`;
    return `${mantissa}e${exponent < 0 ? '-' : '+'}${Math.abs(exponent)}`;
  }
  if (point <= 0) return `0.${'0'.repeat(-point)}${digits}`;
  if (count <= point) return digits + '0'.repeat(point - count);
  return `${digits.slice(0, point)}.${digits.slice(point)}`;
}
