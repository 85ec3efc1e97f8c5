/**
 * Whom a caller's limits belong to: its IPv4 address, or the 64 bits of its IPv6 address that its network was given,
 * as one host may use all of the rest.
 *
 * @param peer an address, with or without a port as grpc-js writes it; undefined when there is none.
 */
export function callerAddress(peer: string | undefined): string | undefined {
  if (peer === undefined || peer === 'unknown') return undefined;
  const [, ipv4] = IPV4.exec(peer) ?? [];
  if (ipv4 !== undefined) return ipv4;
  const [head = '', tail] = peer.replace(/%.*$/, '').split('::');
  const groups = head.split(':');
  const network = tail === undefined ? groups.slice(0, 4) : [...groups, '0', '0', '0', '0'].slice(0, 4);
  return `${network.map((group) => (group === '' ? '0' : group)).join(':')}::/64`;
}

/** An IPv4 address, alone, with a port, or as IPv6 sees it. */
const IPV4 = /^(?:::ffff:)?(\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3})(?::\d+)?$/i;
