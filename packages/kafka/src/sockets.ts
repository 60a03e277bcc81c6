import { Socket, connect } from "node:net";
import type { ISocketFactory } from "kafkajs";

const KEEP_ALIVE_AFTER_MS = 60_000;

/** Every connection of one client, so that all can be cut when it must close and the brokers do not answer. */
export class Sockets {
  readonly #open = new Set<Socket>();
  #isCut = false;

  readonly factory: ISocketFactory = ({ host, port, onConnect }) => {
    if (this.#isCut) return new Socket().destroy(cutError());
    const socket = connect({ host, port }, onConnect);
    socket.setKeepAlive(true, KEEP_ALIVE_AFTER_MS);
    this.#open.add(socket);
    socket.once("close", () => this.#open.delete(socket));
    return socket;
  };

  /** Ends the connections there are, so that new ones are made: one that no longer answers may stay silent for ever. */
  drop(): void {
    for (const socket of this.#open) socket.destroy(new Error("the broker did not answer in time"));
  }

  /** Ends all connections at once, and every later one before it begins. */
  cut(): void {
    this.#isCut = true;
    for (const socket of this.#open) socket.destroy(cutError());
  }
}

function cutError(): Error {
  return new Error("the client is closed");
}
