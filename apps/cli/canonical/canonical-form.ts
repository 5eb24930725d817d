import {
  canonicalBytes,
  canonicalJson,
  exactView,
  isJsonObject,
  parseJson,
  parseResource,
  portableView,
} from '#core';

export type ViewChoice = 'exact' | 'portable' | 'none';

export interface FormOptions {
  readonly view: ViewChoice;
  /** Names of elements to take out of the root besides: a primitive goes with its `_` sibling. */
  readonly omit: readonly string[];
  /** FHIR base URL of the source, for the portable view. */
  readonly base: string | undefined;
}

/** Canonical form of one JSON text, in UTF-8. Throws CANONICAL.*, and RESOURCE.NOT_A_RESOURCE unless the view is none. */
export function canonicalForm(input: Uint8Array, { view, omit, base }: FormOptions): Uint8Array | string {
  const form = viewed(input, view, base);
  return omit.length === 0 ? form : without(form, omit);
}

function viewed(input: Uint8Array, view: ViewChoice, base: string | undefined): Uint8Array | string {
  switch (view) {
    case 'none':
      return canonicalBytes(input);
    case 'exact':
      return exactView(parseResource(input));
    case 'portable':
      return portableView(parseResource(input), base);
  }
}

function without(form: Uint8Array | string, omit: readonly string[]): string {
  const value = parseJson(form);
  if (!isJsonObject(value)) return canonicalJson(value);
  const omitted = new Set(omit.flatMap((name) => [name, `_${name}`]));
  return canonicalJson(new Map([...value].filter(([name]) => !omitted.has(name))));
}
