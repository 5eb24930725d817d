import { Inject, Injectable } from '@nestjs/common';
import { CoreError, parseResource } from '#core';
import { Batcher, BatcherFull } from '#platform';
import {
  encodeNotification,
  Inbox,
  JobQueue,
  notificationContext,
  Sealer,
  SourceRegistry,
  type Notification,
  type NotificationHint,
  type Source,
} from '#ports';
import { isAuthentic, type Headers } from './authentication.js';
import { busy, notARecordVersion, unauthenticated, unknownSource, unsupportedMediaType } from './intake.errors.js';
import { IntakeMetrics } from './intake.metrics.js';
import { IntakeSettings } from './intake.settings.js';

const MEDIA_TYPES = ['application/fhir+json', 'application/json'];
const INTERACTIONS = ['create', 'update', 'delete'] as const;
/** A FHIR resource reference without version: type and id (FHIR R4, datatypes, id). */
const REFERENCE = /^[A-Z][A-Za-z]{0,63}\/[A-Za-z0-9\-.]{1,64}$/;
/** Bodies of one group commit: what a worker has to hold of a job at once. */
const GROUP_BYTES = 8 * 1024 * 1024;
const WAITING_BYTES = 64 * 1024 * 1024;

/** One request at the intake door. */
export interface Delivery {
  readonly source: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/** Takes notifications in: authenticated on the raw bytes, durable, and only then acknowledged. */
@Injectable()
export class IntakeService {
  private readonly group: Batcher<Notification, number>;

  constructor(
    private readonly sources: SourceRegistry,
    private readonly inbox: Inbox,
    private readonly sealer: Sealer,
    private readonly queue: JobQueue,
    private readonly metrics: IntakeMetrics,
    @Inject(IntakeSettings) private readonly settings: IntakeSettings,
  ) {
    this.group = new Batcher(
      {
        maxItems: settings.groupCommit.maxItems,
        maxWeight: GROUP_BYTES,
        maxWaitingWeight: Math.max(WAITING_BYTES, settings.maxBodyBytes),
        parallel: 2,
        weigh: (notification) => notification.sealedBody.length,
      },
      (notifications) => this.commit(notifications),
    );
  }

  /** Resolves when the notification is durable. */
  async take(delivery: Delivery): Promise<void> {
    const source = await this.authenticate(delivery);
    const hint = hintOf(delivery.headers);
    if (hint.deleted === undefined) this.checkResource(delivery);
    const content = encodeNotification({ hint, body: delivery.body });
    const notification = {
      sourceId: source.id,
      sealedBody: this.sealer.seal(content, notificationContext(source.id)),
    };
    try {
      await this.group.add(notification);
    } catch (error) {
      if (error instanceof BatcherFull) throw busy();
      throw error;
    }
    this.metrics.accepted.inc();
  }

  private async authenticate({ source: name, headers, body }: Delivery): Promise<Source> {
    const source = await this.sources.find(name);
    if (!source) throw unknownSource();
    if (!isAuthentic(source.authentication, headers, body)) {
      this.metrics.refused.inc();
      throw unauthenticated();
    }
    return source;
  }

  /** Refuses at the door what could never become a record version, while the sender still listens. */
  private checkResource({ headers, body }: Delivery): void {
    const mediaType = String(headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
    if (!MEDIA_TYPES.includes(mediaType)) throw unsupportedMediaType();
    try {
      const resource = parseResource(body, { maxBytes: this.settings.maxBodyBytes, maxDepth: this.settings.maxDepth });
      if (resource.id === undefined) throw notARecordVersion('the resource has no id');
    } catch (error) {
      if (error instanceof CoreError && error.code === 'RESOURCE.NOT_A_RESOURCE')
        throw notARecordVersion('the body is not a FHIR resource: expected a JSON object with resourceType');
      throw error;
    }
  }

  private async commit(notifications: readonly Notification[]): Promise<readonly number[]> {
    const ids = await this.inbox.accept(notifications);
    // A crash here loses nothing: the items are durable, and the sweeper queues what no job names.
    this.queue
      .add('normalise', 'normalise', [{ id: `normalise-${ids[0]!}-${ids.at(-1)!}`, data: { items: ids } }])
      .catch(() => this.metrics.unqueued.inc());
    return ids;
  }
}

/** Medplum's headers; other servers send none of them. */
function hintOf(headers: Headers): NotificationHint {
  const interaction = INTERACTIONS.find((word) => word === headers['x-medplum-interaction']);
  const deleted = headers['x-medplum-deleted-resource'];
  if (deleted === undefined) return interaction ? { interaction } : {};
  if (typeof deleted !== 'string' || !REFERENCE.test(deleted))
    throw notARecordVersion('X-Medplum-Deleted-Resource does not name a resource as Type/id');
  return { interaction: 'delete', deleted };
}
