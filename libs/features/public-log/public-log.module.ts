import { Module } from '@nestjs/common';
import { PublicLogController } from './public-log.controller.js';

/** The log for everybody: GET /log/checkpoint, /log/tile/…. */
@Module({ controllers: [PublicLogController] })
export class PublicLogModule {}
