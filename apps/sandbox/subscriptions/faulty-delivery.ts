import { setTimeout as sleep } from 'node:timers/promises';
import type { Faults } from '../faults/faults.js';
import type { Attempt, DeliveryQueue } from './delivery-queue.js';

/** How long a notification is held back, or its repetition waits, in milliseconds. */
const HOLD_MS = { least: 50, most: 1_000 };

/** One notification on its way. */
export interface Delivery {
  /** Deliveries with the same key keep their order. */
  readonly key: string;
  /** Whether the version is still the newest of its resource. */
  readonly isCurrent: () => boolean;
  readonly send: (signal: AbortSignal) => Promise<void>;
}

/** Queues a delivery with all the faults that are switched on. */
export function deliverFaultily(queue: DeliveryQueue, delivery: Delivery, faults: Faults): void {
  if (faults.strikes('drop')) return;
  const attempt = faultyAttempt(delivery, faults);
  queue.add(delivery.key, attempt, heldBack(faults, 'reorder'));
  const again = heldBack(faults, 'repeat');
  if (again > 0) queue.add(delivery.key, attempt, again);
}

function heldBack(faults: Faults, name: 'reorder' | 'repeat'): number {
  return faults.strikes(name) ? faults.between(HOLD_MS.least, HOLD_MS.most, name) : 0;
}

function faultyAttempt({ isCurrent, send }: Delivery, faults: Faults): Attempt {
  return async (signal) => {
    const delay = faults.delay();
    if (delay > 0) await sleep(delay, undefined, { signal });
    if (!isCurrent() && faults.strikes('loseIntermediate')) return 'superseded';
    await send(signal);
    return 'sent';
  };
}
