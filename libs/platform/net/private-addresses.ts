import { BlockList, isIP } from 'node:net';

/** Everything that the IANA special-purpose registry does not call globally reachable, and multicast. */
const RESERVED_V4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/3',
];
/** Within global unicast: special assignments, documentation, and 6to4, which can name any IPv4 address. */
const RESERVED_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];
/** What of IPv6 is global unicast at all: https://www.rfc-editor.org/rfc/rfc4291#section-2.4 */
const GLOBAL_V6 = ['2000::/3'];

const reservedV4 = listOf(RESERVED_V4, 'ipv4');
const reservedV6 = listOf(RESERVED_V6, 'ipv6');
const globalV6 = listOf(GLOBAL_V6, 'ipv6');

/**
 * Whether an address lies in a private, local or otherwise special range. An IPv4 address within an IPv6 one (mapped,
 * RFC 4291 section 2.5.5.2, or translated, RFC 6052) counts as what it is. What is no address counts as private.
 */
export function isPrivateAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return reservedV4.check(address, 'ipv4');
  if (family !== 6) return true;
  const embedded = embeddedV4(address);
  if (embedded !== undefined) return reservedV4.check(embedded, 'ipv4');
  return !globalV6.check(address, 'ipv6') || reservedV6.check(address, 'ipv6');
}

function embeddedV4(address: string): string | undefined {
  // A URL's host is the one form that Node writes out canonically, with the last 32 bits in hexadecimal.
  const canonical = URL.parse(`http://[${address.replace(/%.*$/, '')}]`)?.hostname ?? '';
  const [, high, low] = /^\[(?:::ffff|64:ff9b:):([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/.exec(canonical) ?? [];
  if (high === undefined || low === undefined) return undefined;
  const bits = parseInt(high, 16) * 0x1_0000 + parseInt(low, 16);
  return [24, 16, 8, 0].map((shift) => Math.floor(bits / 2 ** shift) % 256).join('.');
}

function listOf(ranges: readonly string[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [network = '', prefix] = range.split('/');
    list.addSubnet(network, Number(prefix), family);
  }
  return list;
}
