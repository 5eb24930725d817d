import { Injectable, Logger } from '@nestjs/common';
import { CoreError, type Change } from '#core';
import {
  Clock,
  countEvents,
  PortError,
  SubscriptionStore,
  type DeadPart,
  type InboxItem,
  type NewRecordVersion,
  type Settlement,
  type Source,
  type SubscriptionNotice,
} from '#ports';
import { ChangeResolver, type ChangeContext } from './change-resolver.js';
import { DeliveryOpener, type OpenedDelivery } from './delivery-opener.js';
import { inParallel } from './in-parallel.js';
import { dead, settlementOfFailure } from './settlement.js';
import type { SourceQuestions } from './source-questions.js';
import { trustIn } from './trust.js';

/** Changes of one item that may wait for their source at the same time. */
const ASKED_AT_ONCE = 8;

/** What became of one change: a record version, or the code of why it can never be one. */
type Outcome = { readonly record: NewRecordVersion } | { readonly code: string };

/** Says what becomes of one inbox item: its record versions, and its parts that can never be any. */
@Injectable()
export class ItemSettler {
  private readonly logger = new Logger('normalise');

  constructor(
    private readonly opener: DeliveryOpener,
    private readonly resolver: ChangeResolver,
    private readonly subscriptions: SubscriptionStore,
    private readonly clock: Clock,
  ) {}

  /** Throws when the notice of a Subscription cannot be counted: that is nobody's fault but the database's. */
  async settlement(
    item: InboxItem,
    source: Source | undefined,
    questions: SourceQuestions,
  ): Promise<Settlement> {
    if (!source) return dead(item, 'NORMALISE.UNKNOWN_SOURCE');
    const { settlement, notice } = await this.attempt(item, source, questions);
    // Counted before it is settled: a crash here has it counted again, which is harmless; lost it is not.
    if (notice && settlement.outcome !== 'deferred')
      await this.subscriptions.note(source.id, notice, countEvents(source.settings.numbering));
    return settlement;
  }

  private async attempt(
    item: InboxItem,
    source: Source,
    questions: SourceQuestions,
  ): Promise<{ readonly settlement: Settlement; readonly notice?: SubscriptionNotice | undefined }> {
    try {
      const delivery = this.opener.open(item, source);
      const { changes, notice } = delivery.announcement;
      const context = { item, source, questions, trust: trustIn(delivery.hint, source) };
      const outcomes = await inParallel(changes, ASKED_AT_ONCE, (change) => this.outcome(change, context));
      return { settlement: this.settled(context, delivery, outcomes), notice };
    } catch (error) {
      if (!(error instanceof CoreError || error instanceof PortError))
        this.logger.error({ err: error, item: item.id }, 'an item cannot be normalised');
      return { settlement: settlementOfFailure(item, error, this.clock.now()) };
    }
  }

  /** Throws what may pass: then the whole item waits, and is done again. */
  private async outcome(change: Change, context: ChangeContext): Promise<Outcome> {
    if (change.kind === 'unreadable') return { code: change.code };
    try {
      return { record: await this.resolver.resolve(change, context) };
    } catch (error) {
      if (error instanceof CoreError || (error instanceof PortError && error.advice === 'stop'))
        return { code: error.code };
      throw error;
    }
  }

  private settled(
    { item, source }: ChangeContext,
    { hint, announcement: { changes, unspecified, notice } }: OpenedDelivery,
    outcomes: readonly Outcome[],
  ): Settlement {
    const [first] = outcomes;
    if (first && 'code' in first && changes.length === 1 && !notice) return dead(item, first.code);
    const parts = outcomes.flatMap((outcome, at): DeadPart[] =>
      'code' in outcome
        ? [{ code: outcome.code, sealedBody: this.opener.sealPart(changes[at]!, hint, source) }]
        : [],
    );
    return {
      itemId: item.id,
      outcome: 'stored',
      records: outcomes.flatMap((outcome) => ('record' in outcome ? outcome.record : [])),
      dead: parts,
      catchUps: unspecified ? [{ sourceId: source.id }] : [],
    };
  }
}
