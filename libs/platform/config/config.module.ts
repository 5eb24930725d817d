import { type DynamicModule, Module } from '@nestjs/common';
import type { ServerConfig } from './config.schema.js';

/** Injects the configuration: `@Inject(CONFIG) config: ServerConfig`. */
export const CONFIG = Symbol('configuration');

/** Gives every module the one configuration object, or whichever section it asks for. */
@Module({})
export class ConfigModule {
  static forRoot(config: ServerConfig): DynamicModule {
    return {
      module: ConfigModule,
      global: true,
      providers: [{ provide: CONFIG, useValue: config }],
      exports: [CONFIG],
    };
  }
}
