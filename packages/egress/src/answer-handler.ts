import type { Dispatcher } from "undici";
import { ADDRESS_REFUSED } from "./address-policy.ts";
import type { EndedBy } from "./deadline.ts";
import type { ExchangeFault, Exchanged } from "./exchange.ts";

/** What an answer is collected for. */
export interface AnswerPurpose {
  readonly bytesMax: number;
  readonly onEnd: (exchanged: Exchanged) => void;
  /** Asked right before the first byte is written; says why nothing may be. */
  readonly mayWrite: (() => ExchangeFault | null) | undefined;
}

/** The connection that a request went out on. Told once, when undici is through with the request. */
export interface UsedConnection {
  /** The whole answer came: the next request may be given to it at once. */
  giveBack(): void;
  /** The request failed. undici is amid its tidying up, so the next one comes a turn later. */
  giveBackLater(): void;
}

/**
 * Collects one answer within its size limit and tells its end once. It speaks undici's plain interface: the newer one
 * wraps every request in objects that cost a tenth of it.
 */
export class AnswerHandler implements Dispatcher.DispatchHandler {
  readonly #purpose: AnswerPurpose;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #status = 0;
  #headers: { readonly [name: string]: string } = {};
  #abort: ((error?: Error) => void) | null = null;
  #isEnded = false;
  /** Set when the request is given to a connection. */
  connection: UsedConnection | null = null;

  constructor(purpose: AnswerPurpose) {
    this.#purpose = purpose;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Ends the exchange from our side and closes its connection. */
  end(by: EndedBy): void {
    this.#fail(by, "");
  }

  /** Ends an exchange that was not sent. */
  refuse(fault: ExchangeFault): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#purpose.onEnd({ fault });
  }

  // Called with a connection in hand and just before the first byte is written: from here on the target may have seen
  // the request.
  onConnect(abort: (error?: Error) => void): void {
    const fault = this.#isEnded ? null : (this.#purpose.mayWrite?.() ?? null);
    if (fault !== null) this.refuse(fault);
    if (this.#isEnded) return abort(new Error("Ended before it was sent."));
    this.#abort = abort;
  }

  onHeaders(status: number, headers: readonly Buffer[]): boolean {
    if (status >= 200) {
      this.#status = status;
      this.#headers = joinedHeaders(headers);
    }
    return true;
  }

  onData(chunk: Buffer): boolean {
    if (this.#isEnded) return true;
    this.#bytes += chunk.length;
    const { bytesMax } = this.#purpose;
    const isTooLarge = this.#bytes > bytesMax || Number(this.#headers["content-length"] ?? 0) > bytesMax;
    if (isTooLarge) this.#fail("too_large", "");
    else this.#chunks.push(chunk);
    return true;
  }

  onComplete(): void {
    // Before the end is told: whoever it lets in is to find this connection free.
    this.#takeConnection()?.giveBack();
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#purpose.onEnd({ answer: { status: this.#status, headers: this.#headers, body: this.#body() } });
  }

  onError(error: Error): void {
    this.#takeConnection()?.giveBackLater();
    const errno = errnoOf(error);
    if (errno === ADDRESS_REFUSED) return this.#fail("address_refused", "");
    this.#fail(errno.startsWith("HPE_") || errno === "HTTPParserError" ? "unreadable" : "lost", errno);
  }

  /** Given back twice, a connection would carry two requests at once. */
  #takeConnection(): UsedConnection | null {
    const { connection } = this;
    this.connection = null;
    return connection;
  }

  #body(): Buffer {
    const [only] = this.#chunks;
    return only !== undefined && this.#chunks.length === 1 ? only : Buffer.concat(this.#chunks, this.#bytes);
  }

  #fail(reason: ExchangeFault["reason"], errno: string): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    const isSent = this.#abort !== null;
    this.#chunks.length = 0;
    this.#purpose.onEnd({ fault: { reason, isSent, errno } });
    this.#abort?.(new Error("Ended by the host."));
  }
}

/** Headers by their names in lower case; several of one name are joined. Names and values alternate. */
function joinedHeaders(raw: readonly Buffer[]): { readonly [name: string]: string } {
  const headers: { [name: string]: string } = {};
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = (raw[at]?.toString("latin1") ?? "").toLowerCase();
    const value = raw[at + 1]?.toString("latin1") ?? "";
    // Own members only: a header may be called like one that every object inherits.
    const earlier = Object.hasOwn(headers, name) ? headers[name] : undefined;
    const joined = earlier === undefined ? value : `${earlier}, ${value}`;
    headers[name] = joined;
  }
  return headers;
}

/** The code of an error or of the first attempt inside of it. Only codes travel on: messages can hold addresses. */
function errnoOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  if (error instanceof AggregateError && !("code" in error)) return errnoOf(error.errors[0]);
  const code = "code" in error && typeof error.code === "string" ? error.code : error.name;
  return /^[A-Z0-9_]{1,64}$/i.test(code) ? code : "";
}
