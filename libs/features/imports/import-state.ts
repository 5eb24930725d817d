import type { SourceTask, TaskYield } from '#ports';

/** Where an import stands: the position of its task, as JSON. */
export interface ImportState {
  /** As the operator calls it; shown, never logged. */
  readonly name: string;
  /** Bytes of the whole file, where they are known. */
  readonly bytes: number | undefined;
  /** Up to which byte the file is durable here: sending goes on from there. */
  readonly position: number;
  /** Lines that were taken, blank ones aside. */
  readonly lines: number;
  /** Lines that were left out: no request can hold them. */
  readonly skipped: number;
  readonly finished: boolean;
}

/** An import as it is shown, with what became of what it brought. */
export interface ShownImport extends ImportState, TaskYield {
  readonly id: string;
}

type ImportTask = Extract<SourceTask, `import-${string}`>;

export const taskOf = (id: string): ImportTask => `import-${id}`;

/** The id in a task's name; undefined for a task that is no import. */
export function idOf(task: SourceTask): string | undefined {
  return task.startsWith('import-') ? task.slice('import-'.length) : undefined;
}

export function formatState(state: ImportState): string {
  return JSON.stringify(state);
}

/** The reverse of {@link formatState}; undefined for a task that never stood anywhere. */
export function parseState(position: string | undefined): ImportState | undefined {
  return position === undefined ? undefined : (JSON.parse(position) as ImportState);
}
