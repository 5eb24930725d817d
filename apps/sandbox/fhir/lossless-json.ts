/**
 * JSON whose numbers keep the token that was received (`1.00` stays `1.00`), in the shape that the router works on.
 * A number whose token JavaScript would write differently travels as a string that begins with U+0000, a character
 * that FHIR forbids in strings (https://hl7.org/fhir/R4/datatypes.html#string), so that it survives every copy that
 * the router makes.
 */
const NUMBER_MARK = '\u0000';

type SourceReviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;
// ECMAScript's JSON.parse source text access: newer than the type library.
const parseWithSource = JSON.parse.bind(JSON) as (text: string, reviver: SourceReviver) => unknown;
const { rawJSON } = JSON as unknown as { rawJSON: (token: string) => unknown };

/** Parses JSON text; throws SyntaxError, also for a string that begins with U+0000. */
export function parseLossless(text: string): unknown {
  return parseWithSource(text, (_key, value, { source }) => {
    if (typeof value === 'number') return String(value) === source ? value : NUMBER_MARK + String(source);
    if (typeof value === 'string' && value.startsWith(NUMBER_MARK))
      throw new SyntaxError('FHIR strings hold no U+0000');
    return value;
  });
}

/** Writes what {@link parseLossless} read, number tokens and order of members unchanged. */
export function stringifyLossless(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'string' && member.startsWith(NUMBER_MARK) ? rawJSON(member.slice(1)) : member,
  );
}
