import { Global, Module } from '@nestjs/common';
import { CONFIG, type ServerConfig } from '#platform';
import { CheckpointSigner, Witnesses } from '#ports';
import { connectWitnesses } from './witnesses.js';

const witnesses = {
  provide: Witnesses,
  useFactory: ({ witnessing }: ServerConfig, signer: CheckpointSigner) =>
    connectWitnesses(witnessing, signer),
  inject: [CONFIG, CheckpointSigner],
};

/** The witnesses: for the worker alone, nobody else asks them. */
@Global()
@Module({ providers: [witnesses], exports: [witnesses] })
export class WitnessesModule {}
