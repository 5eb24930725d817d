import type { Source } from '#ports';
import { refused } from '../fhir-rest.errors.js';

/**
 * The URLs that we may contact for a source: below its base and its `allowedBases`. Links, locations and redirects come
 * from outside, and may point anywhere.
 */
export class PermittedUrls {
  /** The source's base, without a slash at its end. */
  readonly base: string;
  private readonly others: readonly string[];

  /** Throws PortError SOURCE.REFUSED when a base is not an http(s) URL without credentials, query and fragment. */
  constructor({ base, settings }: Source) {
    this.base = plainBase(base);
    this.others = settings.allowedBases.map(plainBase);
  }

  /**
   * The URL to ask, written out. Throws PortError SOURCE.REFUSED for one that lies elsewhere.
   * @param text absolute, or relative to `against`
   */
  require(text: string, against = `${this.base}/`): string {
    const url = URL.parse(text, against);
    if (
      !url ||
      url.username !== '' ||
      url.password !== '' ||
      ![this.base, ...this.others].some(holds(url.href))
    )
      throw refused(
        'The source points outside of its own base; if it is meant, allow it by settings.allowedBases',
      );
    return url.href;
  }

  /** For what stands beside the base, a WebSocket say: scheme, host and port have to be those of a base. */
  requireHost(text: string): void {
    const origin = URL.parse(text)?.origin;
    if (![this.base, ...this.others].some((base) => new URL(base).origin === origin))
      throw refused('The source points to another host; if it is meant, allow it by settings.allowedBases');
  }

  /** Whether a URL lies below the source's own base. */
  isOwn(url: string): boolean {
    return holds(url)(this.base);
  }
}

const holds =
  (url: string) =>
  (base: string): boolean =>
    url.startsWith(base) && ['', '/', '?'].includes(url.charAt(base.length));

function plainBase(base: string): string {
  const url = URL.parse(base);
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash)
    throw refused("The source's base is not a plain http(s) URL");
  return url.href.replace(/\/$/, '');
}
