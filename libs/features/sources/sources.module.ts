import { Module } from '@nestjs/common';
import { SourceSecretController } from './source-secret.controller.js';
import { SourcesController } from './sources.controller.js';
import { SourcesService } from './sources.service.js';

/** The declared sources and their Subscriptions. */
@Module({ controllers: [SourcesController, SourceSecretController], providers: [SourcesService] })
export class SourcesModule {}
