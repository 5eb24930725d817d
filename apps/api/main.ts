import { createHttpApp, loadServerConfig, serveOpenApi } from '#platform';
import { listen, startOrExit } from '../composition/process.js';
import { ApiModule } from './api.module.js';
import { API_DESCRIPTION } from './api.description.js';

await startOrExit('api', async () => {
  const config = loadServerConfig();
  const app = await createHttpApp(ApiModule.forRoot(config));
  serveOpenApi(app, API_DESCRIPTION);
  return listen(app, config.api);
});
