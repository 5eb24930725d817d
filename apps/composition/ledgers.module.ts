import { Global, Module } from '@nestjs/common';
import { CONFIG, type ServerConfig } from '#platform';
import { Ledgers } from '#ports';
import { connectLedgers } from './ledgers.js';

const ledgers = {
  provide: Ledgers,
  useFactory: (config: ServerConfig) => connectLedgers(config.ledgers),
  inject: [CONFIG],
};

/** The ledgers with their sending keys: for the worker alone, nobody else needs the keys. */
@Global()
@Module({ providers: [ledgers], exports: [ledgers] })
export class LedgersModule {}
