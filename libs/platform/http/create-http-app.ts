import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { Logger } from 'nestjs-pino';
import type { ServerConfig } from '../config/config.schema.js';
import { CONFIG } from '../config/config.module.js';
import { RequestObserver } from './request-observer.js';
import { createHttpServer } from './http-server.js';
import { applyReception } from './receives.js';
import { RouteMethods } from './route-methods.js';

/**
 * Makes a Nest application on Fastify out of a module that imports {@link PlatformModule}. It does not listen yet;
 * `close()`, SIGINT and SIGTERM let requests under way finish. Throws what stops the start.
 */
export async function createHttpApp(module: Type | DynamicModule): Promise<NestFastifyApplication> {
  const adapter = createHttpServer();
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    bodyParser: false,
    bufferLogs: true,
    abortOnError: false,
  });
  app.useLogger(app.get(Logger));
  app.enableShutdownHooks();
  const server = adapter.getInstance<FastifyInstance>();
  const config = app.get<ServerConfig>(CONFIG);
  const methods = app.get(RouteMethods);
  server.addHook('onRoute', (route) => {
    methods.note(route);
    applyReception(route, config);
  });
  app.get(RequestObserver).observe(server);
  return app;
}
