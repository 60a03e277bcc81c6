import type { Dispatcher } from "undici";
import { ADDRESS_REFUSED } from "./address-policy.ts";
import type { EndedBy } from "./deadline.ts";
import type { ExchangeFault, Exchanged } from "./exchange.ts";

/** Collects one answer within its size limit and tells its end once. */
export class AnswerHandler implements Dispatcher.DispatchHandler {
  readonly #bytesMax: number;
  readonly #onEnd: (exchanged: Exchanged) => void;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;
  #status = 0;
  #headers: { readonly [name: string]: string } = {};
  #controller: Dispatcher.DispatchController | null = null;
  #isEnded = false;

  constructor(bytesMax: number, onEnd: (exchanged: Exchanged) => void) {
    this.#bytesMax = bytesMax;
    this.#onEnd = onEnd;
  }

  /** Ends the exchange from our side and closes its connection. */
  end(by: EndedBy): void {
    this.#fail(by, "");
  }

  // Called with a connection in hand and just before the first byte is written: from here on the target may have seen
  // the request.
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#isEnded) return controller.abort(new Error("Ended before it was sent."));
    this.#controller = controller;
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: HeaderLists): void {
    if (status < 200) return;
    this.#status = status;
    this.#headers = joinedHeaders(headers);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#isEnded) return;
    this.#bytes += chunk.length;
    const declared = Number(this.#headers["content-length"] ?? 0);
    if (Math.max(declared, this.#bytes) > this.#bytesMax) return this.#fail("too_large", "");
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    const answer = {
      status: this.#status,
      headers: this.#headers,
      body: Buffer.concat(this.#chunks, this.#bytes),
    };
    this.#onEnd({ answer });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    const errno = errnoOf(error);
    if (errno === ADDRESS_REFUSED) return this.#fail("address_refused", "");
    this.#fail(errno.startsWith("HPE_") || errno === "HTTPParserError" ? "unreadable" : "lost", errno);
  }

  #fail(reason: ExchangeFault["reason"], errno: string): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    const isSent = this.#controller !== null;
    this.#chunks.length = 0;
    this.#onEnd({ fault: { reason, isSent, errno } });
    this.#controller?.abort(new Error("Ended by the host."));
  }
}

type HeaderLists = { readonly [name: string]: string | string[] | undefined };

function joinedHeaders(headers: HeaderLists): { readonly [name: string]: string } {
  const joined = new Map<string, string>();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) joined.set(name.toLowerCase(), Array.isArray(value) ? value.join(", ") : value);
  }
  return Object.fromEntries(joined);
}

/** The code of an error or of the first attempt inside of it. Only codes travel on: messages can hold addresses. */
function errnoOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  if (error instanceof AggregateError && !("code" in error)) return errnoOf(error.errors[0]);
  const code = "code" in error && typeof error.code === "string" ? error.code : error.name;
  return /^[A-Z0-9_]{1,64}$/i.test(code) ? code : "";
}
