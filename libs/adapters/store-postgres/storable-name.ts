/** In UTF-16 code units: three names of this length still fit an index row (2,704 bytes). FHIR allows 64. */
const LONGEST_NAME = 255;

/** Whether the database can hold a name: asking it for others would fail, and with it all that is asked beside it. */
export function isStorableName(name: string): boolean {
  return name.length <= LONGEST_NAME && !name.includes('\0');
}
