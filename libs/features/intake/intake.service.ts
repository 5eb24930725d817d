import { Inject, Injectable } from '@nestjs/common';
import type { JsonLimits } from '#core';
import { Batcher, CONFIG, type ServerConfig, WorkAnnouncer } from '#platform';
import {
  encodeNotification,
  Inbox,
  notificationContext,
  Sealer,
  SourceRegistry,
  type Notification,
  type NotificationContent,
  type Source,
} from '#ports';
import { ACCEPTED_OUTCOME, transactionResponse } from './acknowledgement.js';
import { proofOf, type Proof } from './authentication.js';
import { hintOf, type Delivery } from './delivery.js';
import { checkBody } from './door-check.js';
import { unauthenticated, unknownSource } from './intake.errors.js';
import { IntakeMetrics } from './intake.metrics.js';

/** Bodies of one group commit. */
const GROUP_BYTES = 8 * 1024 * 1024;
const WAITING_BYTES = 64 * 1024 * 1024;

/** Takes notifications in: authenticated on the raw bytes, durable, and only then acknowledged. */
@Injectable()
export class IntakeService {
  private readonly group: Batcher<Notification, number>;
  private readonly limits: JsonLimits;

  constructor(
    private readonly sources: SourceRegistry,
    private readonly inbox: Inbox,
    private readonly sealer: Sealer,
    private readonly announcer: WorkAnnouncer,
    private readonly metrics: IntakeMetrics,
    @Inject(CONFIG) { intake }: ServerConfig,
  ) {
    this.limits = { maxBytes: intake.maxBodyBytes, maxDepth: intake.maxDepth };
    this.group = new Batcher(
      {
        maxItems: intake.groupCommit.maxItems,
        maxWeight: GROUP_BYTES,
        maxWaitingWeight: Math.max(WAITING_BYTES, intake.maxBodyBytes),
        parallel: 2,
        weigh: (notification) => notification.sealedBody.length,
      },
      (notifications) => this.commit(notifications),
    );
  }

  /**
   * Resolves when the notification is durable, to the answer that its sender parses; undefined: an empty one.
   * Throws HttpProblem or CoreError for what is refused.
   */
  async take(delivery: Delivery): Promise<string | undefined> {
    const { source, proof } = await this.authenticate(delivery);
    const { body, named } = delivery;
    const hint = hintOf(delivery);
    const isRead = body.length > 0 && hint.deleted === undefined;
    const finding = isRead ? checkBody(body, this.limits, named) : undefined;
    const topic = finding ? finding.isNotification : source.settings.channel === 'topic';
    await this.keep(source, {
      hint: { via: topic ? 'topic' : 'rest-hook', signed: proof === 'signature', ...hint },
      body: isRead ? body : new Uint8Array(),
    });
    if (named !== undefined) return ACCEPTED_OUTCOME;
    return finding?.entries === undefined ? undefined : transactionResponse(finding.entries);
  }

  private async authenticate({
    source: name,
    headers,
    body,
  }: Delivery): Promise<{ readonly source: Source; readonly proof: Proof }> {
    const source = await this.sources.find(name);
    if (!source) throw unknownSource();
    const proof = proofOf(source.authentication, headers, body);
    if (!proof) {
      this.metrics.unauthenticated.add({});
      throw unauthenticated();
    }
    return { source, proof };
  }

  private async keep(source: Source, notification: NotificationContent): Promise<void> {
    const content = encodeNotification(notification);
    const sealedBody = this.sealer.seal(content, notificationContext(source.id));
    await this.group.add({ sourceId: source.id, sealedBody });
    this.metrics.accepted.add({});
  }

  private async commit(notifications: readonly Notification[]): Promise<readonly number[]> {
    const ids = await this.inbox.accept(notifications);
    // A crash here loses nothing: the items are durable, and the sweeper queues what no job names.
    this.announcer.announce(ids);
    return ids;
  }
}
