import { Injectable } from '@nestjs/common';
import type { RouteOptions } from 'fastify';

/** Which methods each path takes, so that a wrong method is answered 405 and not 404 (RFC 9110 section 15.5.6). */
@Injectable()
export class RouteMethods {
  private readonly routes: { readonly path: RegExp; readonly methods: readonly string[] }[] = [];

  /** Notes a route as Fastify registers it; its path has `:name` and `*` parts. */
  note({ url, method }: Pick<RouteOptions, 'url' | 'method'>): void {
    this.routes.push({ path: patternOf(url), methods: [method].flat() });
  }

  /** The methods that some route takes at this URL; none when no route matches. */
  allowedAt(url: string): readonly string[] {
    const path = url.split('?', 1)[0]!;
    const matching = this.routes.filter((route) => route.path.test(path));
    return [...new Set(matching.flatMap((route) => route.methods))].sort();
  }
}

function patternOf(url: string): RegExp {
  const literal = url.replace(/[.$+?()[\]{}|^\\]/g, '\\$&');
  return new RegExp(`^${literal.replace(/::/g, ':').replace(/:\w+/g, '[^/]+').replace(/\*/g, '.*')}$`);
}
