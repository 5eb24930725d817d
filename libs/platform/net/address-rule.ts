import { lookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { PortError } from '#ports';
import { isPrivateAddress } from './private-addresses.js';

/**
 * Which addresses of sources may be connected to: public ones, and private ones of hosts that an operator names. A name
 * is resolved once, and the addresses that were checked are those connected to.
 */
export class AddressRule {
  private readonly allowed: ReadonlySet<string>;

  constructor(privateHosts: readonly string[]) {
    this.allowed = new Set(privateHosts.map(plainHost));
  }

  /** Checks a host that is an address, which nobody looks up. Throws PortError SOURCE.REFUSED (stop). */
  require(hostname: string): void {
    const host = plainHost(hostname);
    if (isIP(host) && !this.permits(host, host)) throw refusedAddress();
  }

  /** For `net.connect` and what stands on it; fails with PortError SOURCE.REFUSED (stop). */
  readonly lookup: LookupFunction = (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found: LookupAddress[]) => {
      const [first] = error ? [] : found;
      if (!first) callback(error ?? new Error('no address'), '');
      // One private address among public ones is reason enough: it is how a name is bent towards our own network.
      else if (!found.every(({ address }) => this.permits(plainHost(hostname), address)))
        callback(refusedAddress(), '');
      else if (options.all) callback(null, found);
      else callback(null, first.address, first.family);
    });
  };

  private permits(host: string, address: string): boolean {
    return this.allowed.has(host) || this.allowed.has(plainHost(address)) || !isPrivateAddress(address);
  }
}

function refusedAddress(): PortError {
  return new PortError(
    'SOURCE.REFUSED',
    'The host lies in a private address range; if it is meant, allow it by settings.privateHosts',
    'stop',
  );
}

/** A host as it is compared: lower case, without the brackets of an address or the dot of the root. */
function plainHost(host: string): string {
  return host.toLowerCase().replace(/^\[|\]$|\.$/g, '');
}
