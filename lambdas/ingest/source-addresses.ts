import { BlockList, isIP } from 'node:net';

/** Whether deliveries from an address are allowed. */
export type AddressCheck = (address: string) => boolean;

/** @param listed valid IPs and CIDR blocks; undefined allows any address. */
export const sourceAddresses = (listed: readonly string[] | undefined): AddressCheck => {
  if (listed === undefined) return () => true;
  const list = new BlockList();
  for (const entry of listed) {
    // Stryker disable next-line StringLiteral: `split` always gives a first part; only the type needs the default
    const [base = '', prefix] = entry.split('/');
    if (prefix === undefined) list.addAddress(base, familyOf(base));
    else list.addSubnet(base, Number(prefix), familyOf(base));
  }
  return (address) => list.check(address, familyOf(address));
};

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');
