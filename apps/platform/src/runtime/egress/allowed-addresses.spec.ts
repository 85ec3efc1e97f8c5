import { describe, expect, it } from '@jest/globals';

import { AllowedAddresses } from './allowed-addresses.js';

const PUBLIC = ['93.184.216.34', '8.8.8.8', '2606:4700:4700::1111', '::ffff:8.8.8.8'];

/** Ways in which requests were led into networks that are nobody's business. */
const REFUSED = [
  ...['127.0.0.1', '127.255.255.254', '0.0.0.0', '0.1.2.3', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
  ...['169.254.169.254', '169.254.170.2', '100.64.0.1', '100.100.100.200', '192.0.0.192', '192.0.2.1', '198.18.0.1'],
  ...['198.51.100.1', '203.0.113.1', '192.88.99.1', '224.0.0.1', '239.1.1.1', '240.0.0.1', '255.255.255.255'],
  ...['168.63.129.16', '::ffff:168.63.129.16', '::', '::1', '::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:a9fe:a9fe'],
  ...['::127.0.0.1', '::7f00:1', '64:ff9b::7f00:1', '64:ff9b::169.254.169.254', '64:ff9b:1::7f00:1'],
  ...['2002:7f00:1::', '2002:a9fe:a9fe::', '2001:0:7f00:1::', '2001:db8::1', '2001:10::1', '2001:20::1'],
  ...['fc00::1', 'fd00:ec2::254', 'fe80::1', 'fe80::1%eth0', 'febf::1', 'fec0::1', 'ff02::1', '100::1', '5f00::1'],
  ...['', 'localhost', '127.0.0.1.example.com', '1.2.3.4/8', 'not an address'],
];

describe('AllowedAddresses', () => {
  it.each(PUBLIC)('allows the public address %s', (address) => {
    expect(new AllowedAddresses([]).allows(address)).toBe(true);
  });

  it.each(REFUSED)('refuses "%s"', (address) => {
    expect(new AllowedAddresses([]).allows(address)).toBe(false);
  });

  it('allows what the operator names, also in its IPv6 form, and nothing beside it', () => {
    const addresses = new AllowedAddresses(['10.20.0.0/16', '127.0.0.1', 'fd00::/8']);

    expect(['10.20.3.4', '::ffff:10.20.3.4', '127.0.0.1', 'fd12::1'].map((each) => addresses.allows(each))).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(['10.21.0.1', '127.0.0.2', 'fe80::1', '::1'].map((each) => addresses.allows(each))).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect(addresses.lists('8.8.8.8')).toBe(false);
  });
});
