import { Module } from '@nestjs/common';
import { InboxModule } from '#platform';
import { CatchUpTask } from './catch-up.task.js';
import { HealTask } from './heal.task.js';
import { PollTask, ReconcileTask } from './reconcile.task.js';
import { ReconciliationProcessor } from './reconciliation.processor.js';
import { SourceClock } from './source-clock.js';
import { WindowRequests } from './window-requests.js';
import { WindowWalk } from './window-walk.js';

/** Work by which nothing is missed that a source did not tell: windows over its changes, histories, gaps. */
@Module({
  imports: [InboxModule],
  providers: [
    ReconciliationProcessor,
    ReconcileTask,
    PollTask,
    CatchUpTask,
    HealTask,
    SourceClock,
    WindowRequests,
    WindowWalk,
  ],
})
export class ReconciliationModule {}
