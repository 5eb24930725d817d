import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Permits } from '#platform';
import { SubscriptionStore, type KnownSubscription, type SubscriptionChange } from '#ports';
import { SourcesService } from './sources.service.js';
import { subscriptionsSchema } from './subscriptions.schemas.js';

const CHANGES = 100;

@ApiTags('administration')
@Controller('v1/sources/:source/subscriptions')
@Permits('administration')
export class SubscriptionsController {
  constructor(
    private readonly sources: SourcesService,
    private readonly store: SubscriptionStore,
  ) {}

  @Get()
  @ApiOperation({
    summary: "A source's Subscriptions to us, and the last changes of their states, newest first",
    description:
      'Each change says its reason: `created`, `activated`, `renewed`, `source-error`, `silent`, …',
  })
  @ApiOkResponse({ schema: subscriptionsSchema })
  @ApiResponse({ status: 404, description: 'no such source' })
  async list(@Param('source') name: string): Promise<object> {
    const { id } = await this.sources.declared(name);
    const [known, changes] = await Promise.all([this.store.list(id), this.store.changes(id, CHANGES)]);
    return {
      subscriptions: known.filter((one) => one.id !== '').map(shown),
      changes: changes.map(shownChange),
    };
  }
}

function shown(one: KnownSubscription): object {
  const { id, criteria, status, checkedAt, epoch } = one;
  return {
    id,
    criteria,
    status,
    end: one.end ?? null,
    events: one.events ?? null,
    lastEvent: one.lastEvent ?? null,
    epoch,
    checkedAt,
    lastNoticeAt: one.lastNoticeAt ?? null,
  };
}

function shownChange({ subscription, at, from, to, reason }: SubscriptionChange): object {
  return { subscription, at, from: from ?? null, to, reason };
}
