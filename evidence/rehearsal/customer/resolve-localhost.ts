import dns from 'node:dns';

// Loaded into every Node process of the rehearsal that calls an API: names under `localhost` are this machine. That is what
// RFC 6761 (6.3) demands of resolvers; not every operating system's does it.

const { lookup } = dns;

dns.lookup = ((hostname: string, ...rest: readonly unknown[]) =>
  Reflect.apply(lookup, dns, [
    hostname.endsWith('.localhost') ? '127.0.0.1' : hostname,
    ...rest,
  ])) as typeof lookup;
