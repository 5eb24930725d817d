import { Global, Module } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { AccessPolicy, TrustedNetworkPolicy } from './access-policy.js';
import { PermissionCheck } from './permission.check.js';
import { PermissionGuard } from './permission.guard.js';

/** Asks the permission question before every route. */
@Global()
@Module({
  imports: [DiscoveryModule],
  providers: [
    { provide: AccessPolicy, useClass: TrustedNetworkPolicy },
    { provide: APP_GUARD, useClass: PermissionGuard },
    PermissionCheck,
  ],
})
export class AccessModule {}
