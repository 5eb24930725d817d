import type { TaskYield } from '#ports';

/** Where an export stands: the position of its task, as JSON. */
export interface ExportState {
  readonly phase: 'wanted' | 'running' | 'fetching' | 'done';
  readonly types: readonly string[];
  /** Only what changed since then, as an instant. */
  readonly since?: string | undefined;
  /** Where the source tells how it comes along; may let its bearer in, so never shown. */
  readonly statusUrl?: string | undefined;
  /** What the source says of it. */
  readonly progress?: string | undefined;
  /** Everything up to this time is in the files. */
  readonly transactionTime?: string | undefined;
  readonly files: number;
  /** Files of errors that the source made. */
  readonly errors: number;
  /** The file that is read now, from 0, and up to which byte it is durable here. */
  readonly file: number;
  readonly offset: number;
  readonly lines: number;
  /** Lines that were left out: no inbox item may be that large. */
  readonly skipped: number;
}

/** An export as it is shown, with what became of what it brought. */
export interface ShownExport extends Omit<ExportState, 'statusUrl' | 'offset'>, TaskYield {
  /** Code of why it failed the last time; it is tried again. */
  readonly error?: string | undefined;
}

export function wantedExport(types: readonly string[], since: string | undefined): ExportState {
  return { phase: 'wanted', types, since, files: 0, errors: 0, file: 0, offset: 0, lines: 0, skipped: 0 };
}

export function formatState(state: ExportState): string {
  return JSON.stringify(state);
}

/** The reverse of {@link formatState}; undefined where no export was ever asked for. */
export function parseState(position: string | undefined): ExportState | undefined {
  return position === undefined ? undefined : (JSON.parse(position) as ExportState);
}
