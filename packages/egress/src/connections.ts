import { Client, type Dispatcher, buildConnector } from "undici";
import { checkedLookup } from "./address-policy.ts";
import type { AnswerHandler, UsedConnection } from "./answer-handler.ts";
import type { EgressLimits } from "./limits.ts";

/** A request and who collects its answer. */
interface Sending {
  readonly options: Dispatcher.DispatchOptions;
  readonly handler: AnswerHandler;
}

/**
 * The connections to one origin, at most `concurrencyPerOrigin` of them. The one that was used last is used next: a
 * busy origin's connection goes to the next call at the moment of an answer. Then undici waits one turn of the loop
 * before it writes, in which it sees whether the target closed. Its own pool takes two turns, and a timer between them.
 */
export class Connections {
  readonly #origin: string;
  readonly #max: number;
  readonly #options: Client.Options;
  readonly #all: Connection[] = [];
  readonly #free: Connection[] = [];
  /** Requests whose turn came before undici was through with others that were given up. */
  #waiting: Sending[] = [];

  constructor(origin: string, { concurrencyPerOrigin, connectTimeoutMs }: EgressLimits) {
    this.#origin = origin;
    this.#max = concurrencyPerOrigin;
    this.#options = {
      pipelining: 1,
      // An answer's headers cross to the cell, whose layout has a limit of its own.
      maxHeaderSize: 16_384,
      // One for all connections: it remembers TLS sessions.
      connect: buildConnector({ lookup: checkedLookup(), timeout: connectTimeoutMs }),
      // Our own deadline covers headers and body together, also when both trickle.
      headersTimeout: 0,
      bodyTimeout: 0,
    };
  }

  /** Sends a request on a free connection; `handler` is told of its end. */
  dispatch(options: Dispatcher.DispatchOptions, handler: AnswerHandler): void {
    const connection = this.#free.pop() ?? this.#open();
    if (connection !== null) return connection.send({ options, handler });
    this.#waiting = this.#waiting.filter((waiting) => !waiting.handler.isEnded);
    this.#waiting.push({ options, handler });
  }

  /** Ends every connection, those in use after their requests. */
  async close(): Promise<void> {
    await Promise.all(this.#all.map((connection) => connection.client.close()));
  }

  /** Ends every connection at once, and requests with them. */
  async destroy(): Promise<void> {
    for (const { handler } of this.#waiting.splice(0))
      handler.onError(new Error("The connections are closed."));
    await Promise.all(this.#all.map((connection) => connection.client.destroy()));
  }

  #open(): Connection | null {
    if (this.#all.length >= this.#max) return null;
    const client = new Client(this.#origin, this.#options);
    const connection = new Connection(client, (freed) => this.#handOn(freed));
    this.#all.push(connection);
    return connection;
  }

  #handOn(connection: Connection): void {
    let next = this.#waiting.shift();
    // To refuse one that is over with a connection in hand would cost the connection.
    while (next?.handler.isEnded === true) next = this.#waiting.shift();
    if (next === undefined) this.#free.push(connection);
    else connection.send(next);
  }
}

/** One connection, with one request at a time; it is made with its first request, and made anew when it broke. */
class Connection implements UsedConnection {
  readonly client: Client;
  readonly #onFree: (connection: Connection) => void;

  constructor(client: Client, onFree: (connection: Connection) => void) {
    this.client = client;
    this.#onFree = onFree;
  }

  send({ options, handler }: Sending): void {
    handler.connection = this;
    this.client.dispatch(options, handler);
  }

  giveBack(): void {
    this.#onFree(this);
  }

  giveBackLater(): void {
    setImmediate(() => this.#onFree(this));
  }
}
