const LINE_FEED = 0x0a;

/** The lines that hold something, without their line feeds: https://hl7.org/fhir/R4/nd-json.html */
export function* ndjsonLines(bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
  for (let from = 0; from < bytes.length;) {
    const feed = bytes.indexOf(LINE_FEED, from);
    const line = bytes.subarray(from, feed === -1 ? undefined : feed);
    if (!isBlank(line)) yield line;
    from += line.length + 1;
  }
}

export function countNdjsonLines(bytes: Uint8Array): number {
  let count = 0;
  for (const lines = ndjsonLines(bytes); !lines.next().done;) count += 1;
  return count;
}

/** Nothing but JSON's white space; a line that holds something seldom begins with any. */
function isBlank(line: Uint8Array): boolean {
  return line.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}
