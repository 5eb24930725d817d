import { dice, type Dice } from './dice.js';
import {
  FAULT_NAMES,
  readFaults,
  type FaultName,
  type FaultOptions,
  type FaultSettings,
} from './fault.settings.js';

/** What `GET /sandbox/faults` answers. */
export interface FaultReport {
  readonly settings: FaultSettings;
  /** How often each fault has happened since the sandbox started. */
  readonly happened: Readonly<Record<FaultName, number>>;
}

/** Decides which faults happen, by dice that start at the seed, and counts them. */
export class Faults {
  private current: FaultSettings;
  private rolls = new Map<FaultName, Dice>();
  private readonly happened = Object.fromEntries(FAULT_NAMES.map((name) => [name, 0])) as Record<
    FaultName,
    number
  >;

  /** Throws TypeError. */
  constructor(options: FaultOptions = {}) {
    this.current = readFaults(options);
  }

  get settings(): FaultSettings {
    return this.current;
  }

  /** Replaces all settings; the dice start again, the counts go on. Throws TypeError, and then changes nothing. */
  set(options: unknown): void {
    this.current = readFaults(options);
    this.rolls = new Map();
  }

  report(): FaultReport {
    return { settings: this.current, happened: { ...this.happened } };
  }

  /** Whether a fault happens now; counts it when it does. */
  strikes(name: FaultName, probability: number = this.current[name]): boolean {
    const strikes = probability > 0 && this.random(name) < probability;
    if (strikes) this.count(name);
    return strikes;
  }

  /** For a fault whose happening shows only afterwards. */
  count(name: FaultName): void {
    this.happened[name] += 1;
  }

  /** Milliseconds that a notification waits before a try. */
  delay(): number {
    const { delayMs } = this.current;
    if (delayMs === 0) return 0;
    this.count('delayMs');
    return this.between(1, delayMs, 'delayMs');
  }

  /** A whole number of milliseconds from `least` to `most`. */
  between(least: number, most: number, name: FaultName): number {
    return least + Math.floor(this.random(name) * (most - least + 1));
  }

  /** Whether a resource is to be served with other content. */
  forges(type: string, id: string): boolean {
    if (!this.current.forge.includes(`${type}/${id}`)) return this.strikes('forgeContent');
    this.count('forgeContent');
    return true;
  }

  /** Each fault has dice of its own: one that is switched off or on changes nothing for the others. */
  private random(name: FaultName): number {
    let roll = this.rolls.get(name);
    if (!roll) {
      roll = dice(this.current.seed + FAULT_NAMES.indexOf(name) * 0x9e37_79b9);
      this.rolls.set(name, roll);
    }
    return roll();
  }
}
