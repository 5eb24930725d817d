import { exactElements, parseResource, sha256, toHex, utf8, viewDigests } from '#core';
import { printable } from '../frame/printable.js';

/** Digests of one resource: SHA-256, hexadecimal. */
export interface ResourceDigests {
  readonly type: string;
  readonly id: string | undefined;
  readonly exact: string;
  readonly portable: string;
  /** By element name, without a salt. */
  readonly elements: Readonly<Record<string, string>>;
}

/** Throws CANONICAL.* or RESOURCE.NOT_A_RESOURCE. @param base FHIR base URL of the source, for the portable view */
export function digestsOf(body: Uint8Array, base: string | undefined): ResourceDigests {
  const resource = parseResource(body);
  const { exact, portable } = viewDigests(resource, base);
  const elements = exactElements(resource).map(
    ({ name, json }) => [name, toHex(sha256(utf8(json)))] as const,
  );
  return {
    type: resource.type,
    id: resource.id,
    exact: toHex(exact),
    portable: toHex(portable),
    elements: Object.fromEntries(elements),
  };
}

/** For people: two view lines and a line for each element. @param line where the resource stands in NDJSON */
export function digestLines({ type, id, exact, portable, elements }: ResourceDigests, line?: number): string {
  const title = [type, id].filter((part) => part !== undefined).join('/');
  const rows = [['exact', exact], ['portable', portable], ...Object.entries(elements)] as const;
  const width = Math.max(...rows.map(([name]) => printable(name).length)) + 2;
  const row = ([name, digest]: readonly [string, string]): string =>
    `${printable(name).padEnd(width)}${digest}`;
  const [views, rest] = [rows.slice(0, 2), rows.slice(2)];
  const where = line === undefined ? '' : `  (line ${line})`;
  return [
    `${printable(title)}${where}`,
    ...views.map((view) => `  ${row(view)}`),
    '  elements',
    ...rest.map((element) => `    ${row(element)}`),
    '',
  ].join('\n');
}
