import { Module } from '@nestjs/common';
import { InboxModule } from '#platform';
import { ListeningProcessor } from './listening.processor.js';
import { ListeningService } from './listening.service.js';

/** Keeps a connection to every source that sends over one. */
@Module({ imports: [InboxModule], providers: [ListeningProcessor, ListeningService] })
export class ListeningModule {}
