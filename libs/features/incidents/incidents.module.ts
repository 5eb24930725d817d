import { Module } from '@nestjs/common';
import { IncidentsController } from './incidents.controller.js';
import { IncidentsService } from './incidents.service.js';

/** What should not be, for an operator to look into and close. */
@Module({ controllers: [IncidentsController], providers: [IncidentsService] })
export class IncidentsModule {}
