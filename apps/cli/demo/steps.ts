import { RECORD_STEPS } from './record.steps.js';
import { EVIDENCE_STEPS } from './evidence.steps.js';
import { LEDGER_STEPS } from './ledger.steps.js';
import type { Step } from './tour.js';

/** The whole tour, in order. */
export const STEPS: readonly Step[] = [...RECORD_STEPS, ...EVIDENCE_STEPS, ...LEDGER_STEPS];
