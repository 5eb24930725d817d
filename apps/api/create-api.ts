import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { DestinationStream } from 'pino';
import { createHttpApp, serveOpenApi, type ServerConfig } from '#platform';
import { API_DESCRIPTION } from './api.description.js';
import { ApiModule } from './api.module.js';

/** The API with its OpenAPI page, not yet listening. @param logTo where log lines go; default: standard output */
export async function createApi(
  config: ServerConfig,
  logTo?: DestinationStream,
): Promise<NestFastifyApplication> {
  const app = await createHttpApp(ApiModule.forRoot(config, logTo));
  serveOpenApi(app, API_DESCRIPTION);
  return app;
}
