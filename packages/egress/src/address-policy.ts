import { type LookupAddress, lookup } from "node:dns";
import { BlockList, type LookupFunction, isIP } from "node:net";

/** Code of the error with which a connection to a refused address fails. */
export const ADDRESS_REFUSED = "GLUTTONY_ADDRESS_REFUSED";

/**
 * Addresses that no target of a hospital has, and that give away machines when called: cloud metadata, link-local,
 * unspecified, multicast and reserved ranges. Loopback and private ranges are allowed, because targets live there and
 * an origin must be granted by a person anyway.
 */
const refused = refusedList();

/** This machine's own addresses, also as IPv6 once carried IPv4 (`::127.0.0.1`). */
const local = localList();

/** Whether connecting to this address is refused; texts that are no address are refused too. Pure. */
export function isAddressRefused(address: string): boolean {
  const bare = address.split("%")[0] ?? "";
  const version = isIP(bare);
  if (version === 0) return true;
  if (version === 4) return refused.check(bare, "ipv4");
  return refused.check(bare, "ipv6") || isEmbeddedIn(refused, bare);
}

/** Whether this address leads to this machine itself; texts that are no address do not. Pure. */
export function isAddressLocal(address: string): boolean {
  const bare = address.split("%")[0] ?? "";
  const version = isIP(bare);
  if (version === 4) return local.check(bare, "ipv4");
  return version === 6 && (local.check(bare, "ipv6") || isEmbeddedIn(local, bare));
}

/** Whether a URL's host is written as an address that is refused; names are judged once they are resolved. */
export function isHostRefused(hostname: string): boolean {
  const bare = hostname.startsWith("[") ? hostname.slice(1, -1) : hostname;
  return isIP(bare) !== 0 && isAddressRefused(bare);
}

type Resolve = (
  hostname: string,
  options: { readonly all: true; readonly family: 0 | 4 | 6; readonly hints: number },
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/**
 * A lookup for `net.connect` that answers only checked addresses. The socket connects to exactly what is answered
 * here, so a name that resolves otherwise a moment later changes nothing. One refused address refuses the name.
 */
export function checkedLookup(resolve: Resolve = lookup): LookupFunction {
  return (hostname, options, done) => {
    const family = options.family === 4 || options.family === 6 ? options.family : 0;
    resolve(hostname, { all: true, family, hints: options.hints ?? 0 }, (error, addresses) => {
      if (error !== null) return done(error, "", 0);
      const first = addresses[0];
      if (first === undefined || addresses.some(({ address }) => isAddressRefused(address))) {
        return done(refusal(), "", 0);
      }
      if (options.all === true) return done(null, addresses);
      done(null, first.address, first.family);
    });
  };
}

function refusal(): NodeJS.ErrnoException {
  return Object.assign(new Error("The address is refused."), { code: ADDRESS_REFUSED });
}

/** An IPv4 address inside of NAT64 or 6to4 leads to that address. */
function isEmbeddedIn(list: BlockList, address: string): boolean {
  const groups = groupsOf(address);
  const [first = 0, second = 0, third = 0] = groups;
  if (first === 0x64 && second === 0xff9b) return list.check(dotted(groups[6], groups[7]), "ipv4");
  return first === 0x2002 && list.check(dotted(second, third), "ipv4");
}

function groupsOf(address: string): readonly number[] {
  // The URL parser writes every form of an IPv6 address in one way.
  const [head = "", tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const middle = tail === undefined ? [] : Array<string>(8 - left.length - right.length).fill("0");
  return [...left, ...middle, ...right].map((group) => Number.parseInt(group, 16));
}

function dotted(high = 0, low = 0): string {
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}

function refusedList(): BlockList {
  const list = new BlockList();
  list.addSubnet("0.0.0.0", 8, "ipv4");
  list.addSubnet("169.254.0.0", 16, "ipv4");
  list.addSubnet("224.0.0.0", 4, "ipv4");
  list.addSubnet("240.0.0.0", 4, "ipv4");
  // Metadata services that do not use link-local addresses.
  list.addAddress("100.100.100.200", "ipv4");
  list.addAddress("192.0.0.192", "ipv4");
  list.addAddress("fd00:ec2::254", "ipv6");
  list.addAddress("::", "ipv6");
  list.addSubnet("fe80::", 10, "ipv6");
  list.addSubnet("ff00::", 8, "ipv6");
  return list;
}

function localList(): BlockList {
  const list = new BlockList();
  list.addSubnet("127.0.0.0", 8, "ipv4");
  list.addSubnet("::", 96, "ipv6");
  return list;
}
