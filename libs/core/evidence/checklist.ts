import { CoreError } from '../core.errors.js';
import type { EvidenceCheck } from './evidence-report.js';

/** Why a check was not made. */
export interface Skipped {
  readonly skipped: string;
}

/** Collects what each check finds: a sentence when it passed, a reason when it was skipped; a thrown code fails it. */
export class Checklist {
  readonly checks: EvidenceCheck[] = [];

  check(name: string, find: () => string | Skipped): void {
    try {
      const found = find();
      const passed = typeof found === 'string';
      this.checks.push({
        name,
        status: passed ? 'passed' : 'skipped',
        detail: passed ? found : found.skipped,
      });
    } catch (error) {
      if (!(error instanceof CoreError)) throw error;
      this.checks.push({ name, status: 'failed', detail: error.message, code: error.code });
    }
  }

  get verified(): boolean {
    return this.checks.every(({ status }) => status !== 'failed');
  }
}
