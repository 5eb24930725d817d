import { Module } from '@nestjs/common';
import { ExportsController } from './exports.controller.js';
import { ExportsService } from './exports.service.js';

/** Exports that sources are asked for: /v1/sources/{source}/exports. */
@Module({ controllers: [ExportsController], providers: [ExportsService] })
export class ExportsModule {}
