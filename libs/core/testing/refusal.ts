import { CoreError, type CoreErrorCode } from '../core.errors.js';

/** The code that an action is refused with; undefined when it is not refused. For specs. */
export function refusalOf(action: () => unknown): CoreErrorCode | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (error instanceof CoreError) return error.code;
    throw error;
  }
}
