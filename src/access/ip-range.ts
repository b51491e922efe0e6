// Addresses and the ranges of them that policies name.
//
// IPv4 is one part of the IPv6 space, as ::ffff:0:0/96 (RFC 4291 §2.5.5.2): a dual-stack socket reports an IPv4 caller
// as ::ffff:1.2.3.4, and such a caller must neither escape a range of IPv4 addresses nor be kept out of it. It follows
// that ::/0 is everybody, IPv4 callers included, while 0.0.0.0/0 is IPv4 callers only.

import { BlockList, isIP, SocketAddress } from 'node:net';

export type Address = SocketAddress;
export type Range = BlockList;

/** @returns `undefined` unless `text` is an IPv4 or IPv6 address; a zone (`fe80::1%eth0`, RFC 4007 §11) is left out. */
export function parseAddress(text: string): Address | undefined {
  const [address = ''] = text.split('%', 1);
  const version = isIP(address);
  return version === 0 ? undefined : new SocketAddress({ address, family: version === 4 ? 'ipv4' : 'ipv6' });
}

/** @returns `undefined` unless `text` is an address or `address/prefix length` (RFC 4632 §3.1); bits after the prefix do not count. */
export function parseRange(text: string): Range | undefined {
  const [address = '', prefix, ...more] = text.split('/');
  const version = isIP(address);
  if (version === 0 || address.includes('%') || more.length > 0) return undefined;
  const width = version === 4 ? 32 : 128;
  if (prefix !== undefined && !(/^(0|[1-9]\d{0,2})$/.test(prefix) && Number(prefix) <= width)) return undefined;
  const range = new BlockList();
  range.addSubnet(address, prefix === undefined ? width : Number(prefix), version === 4 ? 'ipv4' : 'ipv6');
  return range;
}

export function isWithin(address: Address, range: Range): boolean {
  return range.check(address);
}
