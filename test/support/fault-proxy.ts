import { type AddressInfo, type Server, type Socket, connect, createServer } from "node:net";
import { setImmediate as turn, setTimeout as sleep } from "node:timers/promises";

/** `up` goes from the client to the target, `down` comes back. */
export type Direction = "up" | "down";

/** What happens to bytes on the way; what is left out does not happen. */
export interface Fault {
  /** A black hole: nothing passes this way, and nobody is told. Goes on where it was when the fault ends. */
  readonly holds?: Direction | "both";
  /** Every new connection is reset as soon as it is made. */
  readonly resetsNew?: boolean;
  /** Milliseconds that each piece waits before it is passed on. */
  readonly delayMs?: number;
  /** Passes at most so many bytes at once, so that no reader can rely on where pieces end. */
  readonly sliceBytes?: number;
  readonly bytesPerSecond?: number;
}

/** Stands between a client and a server of the loopback, and spoils what passes. */
export interface FaultProxy extends AsyncDisposable {
  readonly port: number;
  /** `127.0.0.1:port`. */
  readonly address: string;
  /** Connections accepted so far, also those reset at once. */
  readonly accepted: number;
  readonly open: number;
  /** Bytes passed on so far. */
  readonly passed: Readonly<Record<Direction, number>>;
  /** Replaces the fault, for connections open and to come; `{}` heals. */
  set(fault: Fault): void;
  /** Ends every open connection on both sides. */
  cut(how?: "end" | "reset"): void;
  /** Nothing passes on the connections that are open now, for ever and without a word; new ones are healthy. */
  strand(): void;
  /** Cuts every connection as soon as so many more bytes went this way, and not one byte later. */
  cutAfter(direction: Direction, bytes: number): Promise<void>;
  /** Where new connections go from now on. */
  aim(targetPort: number): void;
}

interface Pending {
  readonly direction: Direction;
  bytesLeft: number;
  done(): void;
}

/** Listens on a free port of the loopback. Must be disposed of. */
export async function faultProxy(targetPort: number): Promise<FaultProxy> {
  const proxy = new Proxy(targetPort);
  await proxy.listen();
  return proxy;
}

class Proxy implements FaultProxy {
  readonly passed = { up: 0, down: 0 };
  accepted = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #stranded = new WeakSet<Socket>();
  #targetPort: number;
  #fault: Fault = {};
  #pendingCut: Pending | null = null;
  /** Pumps that wait for the fault to change. */
  readonly #waiting = new Set<() => void>();

  constructor(targetPort: number) {
    this.#targetPort = targetPort;
    this.#server = createServer({ allowHalfOpen: true }, (client) => this.#accept(client));
  }

  async listen(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject).listen(0, "127.0.0.1", resolve);
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  get open(): number {
    return this.#sockets.size / 2;
  }

  set(fault: Fault): void {
    this.#fault = fault;
    this.#wakeAll();
  }

  cut(how: "end" | "reset" = "end"): void {
    for (const socket of this.#sockets) {
      if (how === "reset") socket.resetAndDestroy();
      else socket.destroy();
    }
    this.#wakeAll();
  }

  strand(): void {
    for (const socket of this.#sockets) this.#stranded.add(socket);
  }

  cutAfter(direction: Direction, bytes: number): Promise<void> {
    return new Promise((done) => {
      this.#pendingCut = { direction, bytesLeft: bytes, done };
    });
  }

  aim(targetPort: number): void {
    this.#targetPort = targetPort;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#fault = {};
    this.cut("reset");
    await closed;
  }

  #accept(client: Socket): void {
    this.accepted += 1;
    if (this.#fault.resetsNew) {
      client.resetAndDestroy();
      return;
    }
    const target = connect({ host: "127.0.0.1", port: this.#targetPort, allowHalfOpen: true, noDelay: true });
    client.setNoDelay(true);
    for (const socket of [client, target]) {
      this.#sockets.add(socket);
      socket.on("error", () => undefined);
      socket.once("close", () => this.#sockets.delete(socket));
    }
    void this.#pump("up", client, target);
    void this.#pump("down", target, client);
  }

  async #pump(direction: Direction, from: Socket, to: Socket): Promise<void> {
    try {
      for await (const chunk of from.iterator({ destroyOnReturn: false }))
        await this.#pass(direction, chunk, to);
      await this.#untilOpen(direction, to);
      to.end();
    } catch {
      // One side broke off; the other is told the same way.
      from.destroy();
      to.destroy();
    }
  }

  async #pass(direction: Direction, chunk: Buffer, to: Socket): Promise<void> {
    for (let at = 0; at < chunk.length; ) {
      await this.#untilOpen(direction, to);
      const { delayMs = 0, sliceBytes = chunk.length, bytesPerSecond } = this.#fault;
      if (delayMs > 0) await sleep(delayMs);
      const piece = chunk.subarray(at, at + sliceBytes);
      await this.#write(direction, piece, to);
      at += piece.length;
      if (bytesPerSecond !== undefined) await sleep((piece.length / bytesPerSecond) * 1_000);
      else if (at < chunk.length) await turn();
    }
  }

  async #untilOpen(direction: Direction, to: Socket): Promise<void> {
    const isHeld = (): boolean => {
      const { holds } = this.#fault;
      return holds === direction || holds === "both" || this.#stranded.has(to);
    };
    while (isHeld() && !to.destroyed) {
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
    if (to.destroyed) throw new Error("cut");
  }

  async #write(direction: Direction, piece: Buffer, to: Socket): Promise<void> {
    const cut = this.#pendingCut?.direction === direction ? this.#pendingCut : null;
    const bytes = cut === null ? piece : piece.subarray(0, cut.bytesLeft);
    this.passed[direction] += bytes.length;
    await new Promise<void>((resolve, reject) => {
      to.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
    if (cut === null) return;
    cut.bytesLeft -= bytes.length;
    if (cut.bytesLeft > 0) return;
    this.#pendingCut = null;
    this.cut();
    cut.done();
    throw new Error("cut");
  }

  #wakeAll(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}
