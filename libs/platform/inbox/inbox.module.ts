import { Module } from '@nestjs/common';
import { SourceDeliveries } from './source-deliveries.js';
import { WorkAnnouncer } from './work-announcer.js';

/** For every feature that fills the inbox: one announcer in each process. */
@Module({ providers: [WorkAnnouncer, SourceDeliveries], exports: [WorkAnnouncer, SourceDeliveries] })
export class InboxModule {}
