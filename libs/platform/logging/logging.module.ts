import { type DynamicModule, Module } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import type { DestinationStream } from 'pino';
import type { Config } from '../config/config.schema.js';
import { loggedError } from './error-serializer.js';

/** Members that are never written, wherever an object that has them is logged. */
const NEVER = [
  'body',
  'headers',
  'url',
  'query',
  'params',
  'resource',
  'secret',
  'password',
  'authorization',
];

/**
 * One line of JSON an event on standard output. No request is logged on its own below the level `debug`, no URL and no
 * body ever: the exception filter writes what was refused or failed, by route template and code.
 */
@Module({})
export class LoggingModule {
  static forRoot({ level }: Config['logging'], destination?: DestinationStream): DynamicModule {
    const options = {
      level,
      base: null,
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label: string) => ({ level: label }) },
      serializers: { err: loggedError },
      wrapSerializers: false,
      redact: { paths: NEVER.flatMap((name) => [name, `*.${name}`]), remove: true },
    };
    return {
      module: LoggingModule,
      imports: [
        LoggerModule.forRoot({
          pinoHttp: destination ? [options, destination] : options,
          // No middleware: it would build a logger for every request.
          forRoutes: [],
        }),
      ],
    };
  }
}
