import { lookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import { refused } from '../fhir-rest.errors.js';
import { isPrivateAddress } from './private-addresses.js';

/**
 * Opens connections to public addresses, and to private ones of hosts that `privateHosts` names. A name is resolved
 * once, and the addresses that were checked are those connected to: what it resolves to later makes no difference.
 */
export function checkedConnector(
  privateHosts: readonly string[],
  timeoutMs: number,
): buildConnector.connector {
  const allowed = new Set(privateHosts.map(plainHost));
  const permits = (host: string, address: string): boolean =>
    allowed.has(host) || allowed.has(plainHost(address)) || !isPrivateAddress(address);
  const connect = buildConnector({ allowH2: false, timeout: timeoutMs, lookup: checkedLookup(permits) });
  return (options, callback) => {
    const host = plainHost(options.hostname);
    // An address needs no looking up, so nothing else would check it.
    if (isIP(host) && !permits(host, host)) callback(refusedAddress(), null);
    else connect(options, callback);
  };
}

function checkedLookup(permits: (host: string, address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (failure, found: LookupAddress[] | undefined) => {
      const host = plainHost(hostname);
      const [first] = found ?? [];
      // One private address among public ones is reason enough: it is how a name is bent towards our own network.
      const refusal = found?.every(({ address }) => permits(host, address)) ? null : refusedAddress();
      const error = failure ?? refusal;
      if (error || !first) callback(error, '');
      else if (options.all) callback(null, found ?? []);
      else callback(null, first.address, first.family);
    });
  };
}

function refusedAddress(): Error {
  return refused(
    'The host lies in a private address range; if it is meant, allow it by settings.privateHosts',
  );
}

/** A host as it is compared: lower case, without the brackets of an address or the dot of the root. */
function plainHost(host: string): string {
  return host.toLowerCase().replace(/^\[|\]$|\.$/g, '');
}
