import type { ServerConfig } from '../config/config.schema.js';

/** The URL under which others reach the API, without a slash at its end. */
export function publicUrl({ api }: Pick<ServerConfig, 'api'>): string {
  const host = api.host.includes(':') ? `[${api.host}]` : api.host;
  return (api.publicUrl ?? `http://${host}:${api.port}`).replace(/\/+$/, '');
}
