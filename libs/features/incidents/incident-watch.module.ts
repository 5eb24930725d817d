import { Module } from '@nestjs/common';
import { IncidentAlert } from './incident-alert.js';
import { IncidentMetrics } from './incident.metrics.js';

/** Says it, in log and metrics, when there are incidents. */
@Module({ providers: [IncidentAlert, IncidentMetrics] })
export class IncidentWatchModule {}
