import { Module } from '@nestjs/common';
import { InboxModule } from '#platform';
import { ExportFetcher } from './export-fetcher.js';
import { ExportProcessor } from './export.processor.js';
import { ExportRun } from './export-run.js';

/** Carries exports out. */
@Module({ imports: [InboxModule], providers: [ExportFetcher, ExportRun, ExportProcessor] })
export class ExportWorkerModule {}
