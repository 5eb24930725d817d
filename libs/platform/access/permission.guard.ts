import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { HttpProblem } from '../platform.errors.js';
import { AccessPolicy } from './access-policy.js';
import { PERMISSION, type Permission } from './permits.decorator.js';

/** Denies every request whose route declares no permission, or whose caller the policy does not permit. */
@Injectable()
export class PermissionGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly policy: AccessPolicy,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const permission = this.reflector.getAllAndOverride<Permission | undefined>(PERMISSION, [
      context.getHandler(),
      context.getClass(),
    ]);
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (permission !== undefined && (await this.policy.permits(permission, request))) return true;
    throw new HttpProblem(403, 'ACCESS.DENIED', 'The caller may not do this.');
  }
}
