import { AnswerHandler } from "./answer-handler.ts";
import { Deadline } from "./deadline.ts";
import type { Exchange, ExchangeFault, Exchanged } from "./exchange.ts";
import type { EgressLimits } from "./limits.ts";
import type { Origin, Pools } from "./pools.ts";

/**
 * Performs one exchange: no redirects, no decoding, one deadline over waiting, connecting, headers and body. Never
 * rejects. An answer of any status is an answer. `mayStart` is asked once, when the call's turn has come: the one call
 * that probes a target must not be taken for a second one. `mayWrite` is asked right before the first byte.
 */
export function call(exchange: Exchange, pools: Pools, limits: EgressLimits): Promise<Exchanged> {
  if (exchange.address.isRefused) return Promise.resolve(notSent("address_refused"));
  const origin = pools.of(exchange.address.origin);
  if (origin === null) return Promise.resolve(notSent("busy"));
  return new Promise((resolve) => new RunningExchange(exchange, { origin, limits }, resolve).begin());
}

/** One exchange from its turn to its end. */
class RunningExchange {
  readonly #exchange: Exchange;
  readonly #origin: Origin;
  readonly #resolve: (exchanged: Exchanged) => void;
  readonly #handler: AnswerHandler;
  readonly #deadline: Deadline;
  #hasEntered = false;
  #leaveQueue: (() => void) | null = null;

  constructor(
    exchange: Exchange,
    { origin, limits }: { readonly origin: Origin; readonly limits: EgressLimits },
    resolve: (exchanged: Exchanged) => void,
  ) {
    this.#exchange = exchange;
    this.#origin = origin;
    this.#resolve = resolve;
    this.#handler = new AnswerHandler({
      bytesMax: limits.answerBytesMax,
      onEnd: (exchanged) => this.#end(exchanged),
      mayWrite: exchange.mayWrite,
    });
    const timeoutMs = Math.min(Math.max(exchange.timeoutMs, 0), limits.timeoutMaxMs);
    this.#deadline = new Deadline(timeoutMs, exchange.stop, (by) => this.#handler.end(by));
  }

  begin(): void {
    const { turnstile } = this.#origin;
    if (turnstile.enter()) return this.#takeTurn();
    this.#leaveQueue = turnstile.wait(this.#exchange.party, () => this.#takeTurn());
    if (this.#leaveQueue === null) this.#handler.refuse(notSent("busy").fault);
  }

  #takeTurn(): void {
    this.#hasEntered = true;
    // The wait may have been long, and what allowed the call at its beginning may be over.
    const fault = this.#exchange.mayStart?.() ?? null;
    if (fault !== null) this.#handler.refuse(fault);
    else this.#dispatch();
  }

  #dispatch(): void {
    const { address, method, headers, body } = this.#exchange;
    const { origin, pathAndQuery: path } = address;
    this.#origin.connections.dispatch(
      { origin, path, method, headers: headers as string[], body: bytesOf(body) },
      this.#handler,
    );
  }

  #end(exchanged: Exchanged): void {
    this.#deadline.cancel();
    this.#leaveQueue?.();
    if (this.#hasEntered) this.#origin.turnstile.leave();
    this.#resolve(exchanged);
  }
}

function notSent(reason: ExchangeFault["reason"]): { readonly fault: ExchangeFault } {
  return { fault: { reason, isSent: false, errno: "" } };
}

function bytesOf(body: Uint8Array | null): Buffer | null {
  if (body === null || Buffer.isBuffer(body)) return body;
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}
