import { createHttpApp, loadServerConfig } from '#platform';
import { listen, startOrExit } from '../composition/process.js';
import { WorkerModule } from './worker.module.js';

await startOrExit('worker', async () => {
  const config = loadServerConfig();
  // Its HTTP port answers /health and /metrics only.
  return listen(await createHttpApp(WorkerModule.forRoot(config)), config.worker);
});
