import { Module } from '@nestjs/common';
import { ClientKeysController } from './client-keys.controller.js';

/** Publishes the keys by which sources know us. */
@Module({ controllers: [ClientKeysController] })
export class ClientKeysModule {}
