import { type LookupAddress, lookup } from "node:dns";
import { isIP, Socket } from "node:net";
import { isAddressLocal, isAddressRefused } from "@gluttony/egress";
import { GluttonyError } from "@gluttony/model";

/** Where a source is said to be. */
export interface SourcePlace {
  readonly host: string;
  readonly port: number;
}

/**
 * Which sources the API connects to for somebody who names them. Addresses that no database has are refused always, this machine's own
 * unless the deployer lists them with their port.
 */
export interface SourceDestinations {
  /** Throws `connect.destination_refused` for a place, or a name that leads to one; a name that leads nowhere is for the driver to tell. */
  admit(place: SourcePlace): Promise<void>;
  /** A socket that connects to admitted addresses alone, so that a name which leads elsewhere a moment later changes nothing. */
  socket(): Socket;
}

export type ResolveHost = (
  host: string,
  done: (error: NodeJS.ErrnoException | null, addresses: readonly LookupAddress[]) => void,
) => void;

interface DestinationSettings {
  /** Sources on this machine, each as `host:port`, in small letters. */
  readonly localSources: readonly string[];
  readonly resolve?: ResolveHost;
}

/** Numbers that resolvers read as addresses and people do not: 2852039166, 0xa9.0xfe.1, 0251.0376.0.1, 127.1. */
const oddNotation = /^(?:0x[0-9a-f]*|\d+)(?:\.(?:0x[0-9a-f]*|\d+))*$/;
/** Names that lead to this machine, or to a cloud's metadata, whatever a resolver says. */
const localName = /^(?:.*\.)?(?:localhost|localhost\.localdomain|ip6-localhost|ip6-loopback)$/;
const metadataName = /^(?:.*\.)?metadata(?:\..*)?$|^instance-data(?:\..*)?$/;
const plainName = /^[a-z0-9_](?:[a-z0-9._-]{0,252}[a-z0-9_])?$/;

export function createSourceDestinations({
  localSources,
  resolve = resolveAll,
}: DestinationSettings): SourceDestinations {
  const admitted = (place: SourcePlace): Promise<readonly LookupAddress[]> =>
    new Promise((fulfil, reject) => {
      const host = plainHostOf(place.host);
      const isListed = localSources.includes(`${host}:${place.port}`);
      const refusal = refusalOfHost(host, isListed);
      if (refusal !== null) return reject(refused(refusal));
      const family = isIP(host);
      const judge = (addresses: readonly LookupAddress[]): void => {
        const bad = addresses
          .map(({ address }) => refusalOfAddress(address, isListed || isListedAt(address, place.port)))
          .find((reason) => reason !== null);
        if (bad === undefined || bad === null) fulfil(addresses);
        else reject(refused(bad));
      };
      if (family !== 0) return judge([{ address: host, family }]);
      return resolve(host, (error, addresses) => (error === null ? judge(addresses) : fulfil([])));
    });
  const isListedAt = (address: string, port: number): boolean =>
    localSources.includes(`${address.toLowerCase()}:${port}`);

  return {
    async admit(place) {
      await admitted(place);
    },
    socket() {
      const socket = new Socket();
      const dial = (port: number, host: string): Socket => {
        Reflect.deleteProperty(socket, "connect");
        return socket.connect(port, host);
      };
      // The driver names port and host, or the path of a socket file, which is no place of a database that somebody names.
      Reflect.set(socket, "connect", (port: unknown, host: unknown): Socket => {
        if (typeof port !== "number" || typeof host !== "string") {
          socket.destroy(refused("a socket's path"));
          return socket;
        }
        admitted({ host, port }).then(
          ([first]) => (first === undefined ? socket.destroy(unresolved()) : dial(port, first.address)),
          (error: Error) => socket.destroy(error),
        );
        return socket;
      });
      return socket;
    },
  };
}

function plainHostOf(written: string): string {
  const bare = /^\[(.*)\]$/.exec(written)?.[1] ?? written;
  return bare.toLowerCase().replace(/\.$/, "");
}

function refusalOfHost(host: string, isListed: boolean): string | null {
  if (isIP(host) !== 0) return null;
  if (oddNotation.test(host)) return "a number in place of an address";
  if (!plainName.test(host)) return "a host that is no name";
  if (metadataName.test(host)) return "a metadata service";
  return localName.test(host) && !isListed ? "this machine" : null;
}

function refusalOfAddress(address: string, isListed: boolean): string | null {
  // First: `::1` lies in a range that is refused to others as a whole.
  if (isAddressLocal(address) && !isAddressUnspecified(address)) return isListed ? null : "this machine";
  return isAddressRefused(address) ? "an address that no database has" : null;
}

function isAddressUnspecified(address: string): boolean {
  return /^[0:.]*$/.test(address);
}

/** Only what kind of place it is: the address may be of a network that the asker should not learn of. */
function refused(seen: string): GluttonyError {
  return new GluttonyError("connect.destination_refused", { seen });
}

function unresolved(): Error {
  return Object.assign(new Error("The name leads nowhere."), { code: "ENOTFOUND" });
}

const resolveAll: ResolveHost = (host, done) => lookup(host, { all: true }, done);
