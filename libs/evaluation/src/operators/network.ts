import ipaddr from 'ipaddr.js';

import type { AttributeOperatorModule } from '../conditions/operator.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Network = readonly [Address, number];

/**
 * `cidr`: addresses and networks, IPv4 or IPv6. An IPv4-mapped IPv6 address is its IPv4 address. Only four decimal
 * parts are an IPv4 address: no octal, hexadecimal or shortened forms, which readers disagree about.
 */
export const network: AttributeOperatorModule = {
  field: 'cidr',
  compile(argument) {
    const networks = (typeof argument === 'string' ? [argument] : argument).map(networkOf);
    return (value) => {
      const address = typeof value === 'string' ? addressOf(value) : undefined;
      return address !== undefined && networks.some((each) => holds(each, address));
    };
  },
};

function networkOf(text: string): Network {
  const [name = '', bits, ...rest] = text.split('/');
  const address = addressOf(name);
  const width = address?.kind() === 'ipv4' ? 32 : 128;
  const length = bits === undefined ? width : /^\d{1,3}$/.test(bits) ? Number(bits) : NaN;
  if (address === undefined || rest.length > 0 || !(length <= width)) {
    throw new TypeError(`must hold addresses or networks such as 10.0.0.0/8, not "${text}"`);
  }
  return [address, length];
}

function addressOf(text: string): Address | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text);
  if (!text.includes(':') || !ipaddr.IPv6.isValid(text)) return undefined;
  const address = ipaddr.IPv6.parse(text);
  if (address.zoneId !== undefined && address.zoneId !== '') return undefined;
  return address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
}

function holds([base, bits]: Network, address: Address): boolean {
  return base.kind() === address.kind() && address.match(base, bits);
}
