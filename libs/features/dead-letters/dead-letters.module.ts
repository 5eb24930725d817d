import { Module } from '@nestjs/common';
import { InboxModule } from '#platform';
import { DeadLettersController } from './dead-letters.controller.js';
import { DeadLettersService } from './dead-letters.service.js';

/** What could not be normalised: shown with its reason, and tried again. */
@Module({ imports: [InboxModule], controllers: [DeadLettersController], providers: [DeadLettersService] })
export class DeadLettersModule {}
