import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, publicUrl, type ServerConfig } from '#platform';
import {
  SourceSubscriptions,
  SubscriptionStore,
  type KnownSubscription,
  type Source,
  type SubscriptionStanding,
} from '#ports';

/** Channels that no Subscription at the source belongs to. */
const UNSUBSCRIBED: ReadonlySet<string> = new Set(['polling', 'none']);

/** Has the Subscriptions at a source deliver to our intake, and keeps what became of each. */
@Injectable()
export class SubscriptionKeeper {
  constructor(
    private readonly remote: SourceSubscriptions,
    private readonly store: SubscriptionStore,
    @Inject(CONFIG) private readonly config: Pick<ServerConfig, 'api'>,
  ) {}

  /** Whether changes of a source reach us by Subscriptions. */
  subscribes({ settings }: Source): boolean {
    return !UNSUBSCRIBED.has(settings.channel);
  }

  /** Those that we know at a source; what came without naming its Subscription belongs to none of them. */
  async known(source: Source): Promise<readonly KnownSubscription[]> {
    return (await this.store.list(source.id)).filter(({ id }) => id !== '');
  }

  /** One active Subscription a criterion; what else there was of ours is forgotten. Throws as FhirSource does. */
  async ensure(source: Source, renewBefore?: Date): Promise<readonly SubscriptionStanding[]> {
    const endpoint = `${publicUrl(this.config)}/intake/${source.name}`;
    const known = new Map((await this.known(source)).map((one) => [one.id, one]));
    const standings = await this.remote.ensure(source, endpoint, renewBefore);
    for (const standing of standings)
      await this.store.keep(source.id, [standing], reasonOf(known.get(standing.id)));
    const ours = new Set(standings.map(({ id }) => id));
    const replaced = [...known.keys()].filter((id) => !ours.has(id));
    if (replaced.length > 0) await this.store.forget(source.id, replaced, 'replaced');
    return standings;
  }
}

function reasonOf(before: KnownSubscription | undefined): string {
  if (!before) return 'created';
  return before.status === 'active' ? 'renewed' : 'activated';
}
