import { Module } from '@nestjs/common';
import { WorkAnnouncer } from './work-announcer.js';

/** For every feature that fills the inbox: one announcer in each process. */
@Module({ providers: [WorkAnnouncer], exports: [WorkAnnouncer] })
export class InboxModule {}
