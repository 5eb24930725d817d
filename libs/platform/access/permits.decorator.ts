import { SetMetadata } from '@nestjs/common';

/** What somebody may be allowed to do. */
export type Permission =
  'intake' | 'verification' | 'evidence' | 'log' | 'publication' | 'administration' | 'health';

/** Metadata key of {@link Permits}. */
export const PERMISSION = 'attestry:permission';

/** Declares what a route, or every route of a controller, asks of its caller. A route without it cannot be reached. */
export const Permits = (permission: Permission): ClassDecorator & MethodDecorator =>
  SetMetadata(PERMISSION, permission);
