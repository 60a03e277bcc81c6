import http from "node:http";
import https from "node:https";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";

/** Bytes that one connection may bring at most; a package file and its metadata are smaller. */
const connectionBytesMax = 128 * 1024 * 1024;
const lookMs = 200;

/** Connects to the allowed origins and to nothing else, whatever a registry redirects to. */
export interface AllowedAgent {
  readonly agent: http.Agent;
  /** The origin that was asked for and refused; null when none was. */
  refused(): string | null;
}

/** All origins must have the protocol of the first one. */
export function createAllowedAgent(origins: readonly [string, ...string[]]): AllowedAgent {
  const [first] = origins;
  const { protocol } = new URL(first);
  const Base = protocol === "https:" ? https.Agent : http.Agent;
  let refused: string | null = null;
  const refuse = (origin: string): Duplex => {
    refused = origin;
    const socket = new Socket();
    process.nextTick(() => socket.destroy(new Error("The origin is not allowed.")));
    return socket;
  };
  class OriginsAgent extends Base {
    override createConnection(
      options: http.ClientRequestArgs,
      onCreate?: (error: Error | null, stream: Duplex) => void,
    ): Duplex | null | undefined {
      const origin = originOf(protocol, options);
      if (!origins.includes(origin)) return refuse(origin);
      const socket = super.createConnection(options, onCreate);
      if (socket instanceof Socket) limit(socket);
      return socket;
    }
  }
  return { agent: new OriginsAgent({ keepAlive: false }), refused: () => refused };
}

function originOf(protocol: string, { host, port }: http.ClientRequestArgs): string {
  const name = host?.includes(":") === true ? `[${host}]` : (host ?? "");
  return new URL(`${protocol}//${name}:${port ?? (protocol === "https:" ? 443 : 80)}`).origin;
}

function limit(socket: Socket): void {
  const timer = setInterval(() => {
    if (socket.bytesRead > connectionBytesMax) socket.destroy(new Error("The answer is too large."));
  }, lookMs).unref();
  socket.once("close", () => clearInterval(timer));
}
