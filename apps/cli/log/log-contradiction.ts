import type { Check } from '../frame/check-lines.js';

/** What an audit finds, and the check that it fails. The codes are public. */
const FAILED_CHECKS = {
  'AUDIT.OTHER_ORIGIN': 'origin',
  'AUDIT.NOT_SIGNED': 'checkpoint signature',
  'NOTE.BAD_SIGNATURE': 'checkpoint signature',
  'AUDIT.SHRUNK': 'earlier checkpoint',
  'AUDIT.REWRITTEN': 'earlier checkpoint',
  'AUDIT.MISSING_FILE': 'tiles',
  'AUDIT.WRONG_LENGTH': 'tiles',
  'AUDIT.WRONG_TILE': 'tiles',
  'AUDIT.WRONG_ENTRY': 'entries',
  'AUDIT.WRONG_ROOT': 'root',
} as const;

export type AuditCode = keyof typeof FAILED_CHECKS;

/** Where a log contradicts itself, its checkpoint, its keys, or an earlier checkpoint. */
export class LogContradiction extends Error {
  override readonly name = 'LogContradiction';

  constructor(
    readonly code: AuditCode,
    message: string,
  ) {
    super(message);
  }

  /** The same as a line of the checklist. */
  get check(): Check {
    return { name: FAILED_CHECKS[this.code], status: 'failed', detail: this.message, code: this.code };
  }
}
