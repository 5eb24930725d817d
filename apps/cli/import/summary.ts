import { printable } from '../frame/printable.js';
import type { ImportResult } from './import-api.js';
import type { ImportFile } from './import-input.js';

/** What became of a file, for people: one line, and one for each thing to look into. */
export function summaryLine({ name }: ImportFile, result: ImportResult): string {
  const { lines, stored, duplicates, conflicts, dead, skipped, waiting, unsequenced } = result;
  const parts = [
    `${grouped(lines)} lines`,
    `${grouped(stored)} stored`,
    `${grouped(duplicates)} duplicates`,
    `${grouped(dead)} dead letters`,
  ];
  const more = [
    conflicts > 0 && `${grouped(conflicts)} contradict the log: each is an incident`,
    skipped > 0 && `${grouped(skipped)} lines were left out: longer than a request may be`,
    waiting > 0 && `${grouped(waiting)} chunks wait for a worker`,
    waiting === 0 && unsequenced > 0 && `${grouped(unsequenced)} wait for their place in the log`,
  ].filter((line) => line !== false);
  const pace = `${duration(result.seconds)}, ${grouped(result.perSecond)}/s`;
  return [`${printable(name)}: ${parts.join(', ')} (${pace})`, ...more].join('\n  ') + '\n';
}

/** 12345 as 12,345. */
export function grouped(count: number): string {
  return count.toLocaleString('en-US');
}

/** `40 s`, `12 min`, `3 h 5 min`. */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
