import { setTimeout as pause } from 'node:timers/promises';
import { CliError } from '../frame/cli.errors.js';
import { halvesOfChunk, type NdjsonChunk } from '#core';
import { chunksOfFile } from './file-chunks.js';
import { settledOf, type ImportApi, type ImportResult, type ShownImport } from './import-api.js';
import type { ImportFile } from './import-input.js';
import type { Progress } from './progress.js';

/** What a FHIR resource may have at most, here and at the API unless it is told otherwise. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;
const LOOK_EVERY_MS = 500;

/**
 * Sends a file to the API, from where an earlier run left off, and waits until all of it is in the log.
 * Throws what the file, or the API, is at fault with; what was sent so far stays sent.
 */
export async function importFile(
  file: ImportFile,
  api: ImportApi,
  progress: Progress,
  wait: boolean,
): Promise<ImportResult> {
  const startedAt = performance.now();
  const { name, size, compressed, fingerprint } = file;
  const begun = await api.start({ name, bytes: compressed ? undefined : size, fingerprint });
  progress.begin(begun);
  let shown = begun;
  if (!begun.finished) {
    for await (const chunk of chunksOfFile(file, begun.position, MAX_LINE_BYTES))
      shown = await send(api, shown, chunk, progress);
    shown = await api.finish(begun.id);
  }
  while (wait && shown.waiting + shown.unsequenced > 0) {
    progress.settling(shown);
    await pause(LOOK_EVERY_MS);
    shown = await api.find(begun.id);
  }
  const seconds = (performance.now() - startedAt) / 1_000;
  const settled = settledOf(shown) - settledOf(begun);
  return { ...shown, seconds: Number(seconds.toFixed(1)), perSecond: Math.round(settled / seconds) };
}

/** Sends a chunk; one that the API finds too large in halves, and a single line of that kind not at all. */
async function send(
  api: ImportApi,
  before: ShownImport,
  chunk: NdjsonChunk,
  progress: Progress,
): Promise<ShownImport> {
  // An earlier try was taken, and only its answer was lost.
  if (chunk.to <= before.position) return before;
  try {
    const shown = await api.take(before.id, chunk);
    if (shown.position !== chunk.to) throw elsewhere();
    progress.sent(shown);
    return shown;
  } catch (error) {
    if (!(error instanceof CliError && error.code === 'HTTP.BODY_TOO_LARGE')) throw error;
    const [first, second] = halvesOfChunk(chunk) ?? [];
    if (!first || !second) return send(api, before, { ...chunk, body: new Uint8Array() }, progress);
    return send(api, await send(api, before, first, progress), second, progress);
  }
}

function elsewhere(): CliError {
  return new CliError('IMPORT.ELSEWHERE', 'the import stands elsewhere: another run sends the same file', {
    advice: 'Wait until it has ended, and start again: it goes on from there.',
  });
}
