import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Permission } from './permits.decorator.js';

/** Decides who may do what. Identity comes in by replacing the provider of this one class. */
export abstract class AccessPolicy {
  abstract permits(permission: Permission, request: FastifyRequest): boolean | Promise<boolean>;
}

/**
 * Permits everything to everybody who can reach the port: this release trusts its network. Intake authenticates its
 * senders on its own, on the raw bytes of each notification.
 */
@Injectable()
export class TrustedNetworkPolicy extends AccessPolicy {
  permits(): boolean {
    return true;
  }
}
