import { Inject, Injectable } from '@nestjs/common';
import { CoreError, parseResource } from '#core';
import { Batcher, CONFIG, type ServerConfig, WorkAnnouncer } from '#platform';
import {
  encodeNotification,
  Inbox,
  notificationContext,
  Sealer,
  SourceRegistry,
  type Notification,
  type NotificationHint,
  type Source,
} from '#ports';
import { isAuthentic, type Headers } from './authentication.js';
import { notARecordVersion, unauthenticated, unknownSource } from './intake.errors.js';
import { IntakeMetrics } from './intake.metrics.js';

const INTERACTIONS = ['create', 'update', 'delete'] as const;
/** A FHIR resource reference without version: type and id (FHIR R4, datatypes, id). */
const REFERENCE = /^[A-Z][A-Za-z]{0,63}\/[A-Za-z0-9\-.]{1,64}$/;
/** Bodies of one group commit. */
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
  private readonly settings: ServerConfig['intake'];

  constructor(
    private readonly sources: SourceRegistry,
    private readonly inbox: Inbox,
    private readonly sealer: Sealer,
    private readonly announcer: WorkAnnouncer,
    private readonly metrics: IntakeMetrics,
    @Inject(CONFIG) { intake }: ServerConfig,
  ) {
    this.settings = intake;
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

  /** Resolves when the notification is durable. */
  async take(delivery: Delivery): Promise<void> {
    const source = await this.authenticate(delivery);
    const hint = hintOf(delivery.headers);
    if (hint.deleted === undefined) this.checkResource(delivery.body);
    const content = encodeNotification({ hint, body: delivery.body });
    const sealedBody = this.sealer.seal(content, notificationContext(source.id));
    await this.group.add({ sourceId: source.id, sealedBody });
    this.metrics.accepted.add({});
  }

  private async authenticate({ source: name, headers, body }: Delivery): Promise<Source> {
    const source = await this.sources.find(name);
    if (!source) throw unknownSource();
    if (!isAuthentic(source.authentication, headers, body)) {
      this.metrics.unauthenticated.add({});
      throw unauthenticated();
    }
    return source;
  }

  /** Refuses at the door what could never become a record version, while the sender still listens. */
  private checkResource(body: Uint8Array): void {
    try {
      const resource = parseResource(body, {
        maxBytes: this.settings.maxBodyBytes,
        maxDepth: this.settings.maxDepth,
      });
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
    this.announcer.announce(ids);
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
