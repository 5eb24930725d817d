import type { Faults } from '../../faults/faults.js';
import type { ResourceVersion } from '../../fhir/version-store.js';

/** One event of a topic-based Subscription. */
export interface TopicEvent {
  /** Counted from 1 since the Subscription began, or since the numbers began anew. */
  readonly number: number;
  readonly version: ResourceVersion;
}

/** The events of one Subscription; as in HAPI they are counted in memory, so a restart begins anew. */
export class TopicEvents {
  private events: TopicEvent[] = [];

  constructor(private readonly faults: Faults) {}

  /** How many there have been. */
  get count(): number {
    return this.events.length;
  }

  add(version: ResourceVersion): TopicEvent {
    if (this.faults.strikes('resetNumbers')) this.events = [];
    const event = { number: this.events.length + 1, version };
    this.events.push(event);
    return event;
  }

  /** Those with numbers from `since` to `until`, both included. */
  between(since: number, until: number): readonly TopicEvent[] {
    return this.events.slice(Math.max(since, 1) - 1, until);
  }
}
