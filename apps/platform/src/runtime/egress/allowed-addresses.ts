import ipaddr from 'ipaddr.js';

/** Which addresses the platform may call where tenants say whom. */
export class AllowedAddresses {
  private readonly networks: readonly (readonly [ipaddr.IPv4 | ipaddr.IPv6, number])[];

  /** @param networks addresses and networks that are not public and may be called all the same, for example `10.0.0.0/8`. */
  constructor(networks: readonly string[]) {
    this.networks = networks.map((network) => {
      if (network.includes('/')) return ipaddr.parseCIDR(network);
      const address = ipaddr.parse(network);
      return [address, address.kind() === 'ipv4' ? 32 : 128];
    });
  }

  /** Whether an address may be called: it is public, or the operator allows it. */
  allows(text: string): boolean {
    const address = addressOf(text);
    return address !== undefined && (this.isListed(address) || isPublic(address));
  }

  /** Whether the operator allows an address by name; only there a connection may be plain. */
  lists(text: string): boolean {
    const address = addressOf(text);
    return address !== undefined && this.isListed(address);
  }

  private isListed(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
    return this.networks.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits));
  }
}

/** The platform of Azure answers its machines here, although the address is a public one. */
const AZURE_PLATFORM = '168.63.129.16';

/** The only part of IPv6 that is handed out to the public. */
const PUBLIC_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');

/** Whether an address is none of those with a purpose of their own, nor one that leads to IPv4 by another way. */
function isPublic(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  if (address.range() !== 'unicast') return false;
  return address instanceof ipaddr.IPv6 ? address.match(PUBLIC_IPV6) : address.toString() !== AZURE_PLATFORM;
}

/** An IPv4-mapped IPv6 address is its IPv4 address. Undefined: it is no address, or one with a zone. */
function addressOf(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  if (text.includes('%') || !ipaddr.isValid(text)) return undefined;
  return ipaddr.process(text);
}
