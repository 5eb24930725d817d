import { loadServerConfig } from '#platform';
import { listen, startOrExit } from '../composition/process.js';
import { createApi } from './create-api.js';

await startOrExit('api', async () => {
  const config = loadServerConfig();
  return listen(await createApi(config), config.api);
});
