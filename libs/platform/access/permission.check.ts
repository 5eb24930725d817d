import { Injectable, type OnModuleInit } from '@nestjs/common';
import { METHOD_METADATA } from '@nestjs/common/constants.js';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { UndeclaredPermissionError } from '../platform.errors.js';
import { PERMISSION } from './permits.decorator.js';

/** Stops the start when a route declares no permission: it could only ever be denied. */
@Injectable()
export class PermissionCheck implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  onModuleInit(): void {
    const undeclared = this.routes().filter(
      ({ controller, handler }) =>
        this.reflector.getAllAndOverride(PERMISSION, [handler, controller]) === undefined,
    );
    if (undeclared.length === 0) return;
    throw new UndeclaredPermissionError(
      undeclared.map(({ controller, handler }) => `${controller.name}.${handler.name}`),
    );
  }

  private routes(): Route[] {
    return this.discovery.getControllers().flatMap(({ metatype }) => {
      if (typeof metatype !== 'function') return [];
      const prototype = metatype.prototype as Record<string, NamedFunction>;
      return this.scanner
        .getAllMethodNames(prototype)
        .map((name) => ({ controller: metatype, handler: prototype[name]! }))
        .filter(({ handler }) => Reflect.hasMetadata(METHOD_METADATA, handler));
    });
  }
}

interface Route {
  readonly controller: NamedFunction;
  readonly handler: NamedFunction;
}

type NamedFunction = CallableFunction & { readonly name: string };
