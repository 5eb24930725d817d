/** Control characters and those that turn the direction of writing: in a terminal they can rewrite what stands around them. */
// eslint-disable-next-line no-control-regex -- these are the ones to keep from a terminal
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Text from outside, as it may be shown in a terminal: what could control the terminal is written as `\u001b`. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
