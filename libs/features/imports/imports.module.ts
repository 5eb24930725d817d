import { Module } from '@nestjs/common';
import { InboxModule } from '#platform';
import { ImportsController } from './imports.controller.js';
import { ImportsService } from './imports.service.js';

/** Files that an operator brings: /v1/sources/{source}/imports. */
@Module({ controllers: [ImportsController], imports: [InboxModule], providers: [ImportsService] })
export class ImportsModule {}
