const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** The lines that hold something, without their ends: https://hl7.org/fhir/R4/nd-json.html */
export function* ndjsonLines(bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
  for (let from = 0; from < bytes.length;) {
    const feed = bytes.indexOf(LINE_FEED, from);
    const next = feed === -1 ? bytes.length : feed + 1;
    const feedless = feed === -1 ? next : feed;
    const end = bytes[feedless - 1] === CARRIAGE_RETURN ? feedless - 1 : feedless;
    if (end > from) yield bytes.subarray(from, end);
    from = next;
  }
}

export function countNdjsonLines(bytes: Uint8Array): number {
  let count = 0;
  for (const line of ndjsonLines(bytes)) count += line.length > 0 ? 1 : 0;
  return count;
}
