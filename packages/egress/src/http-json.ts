import { stopBy } from "./call-stop.ts";
import { call } from "./call.ts";
import { Addresses } from "./checked-address.ts";
import type { Answer, ExchangeFault } from "./exchange.ts";
import { type EgressLimits, defaultEgressLimits } from "./limits.ts";
import { Pools } from "./pools.ts";

/** A request of our own. The URL is built by our code from checked parts. */
export interface HttpRequest {
  readonly url: string;
  readonly method: "DELETE" | "GET" | "PATCH" | "POST" | "PUT";
  /** Sent as JSON when it is given. */
  readonly json?: unknown;
  /** Sent as a form when it is given, encoded already. */
  readonly form?: string;
  readonly headers?: { readonly [name: string]: string };
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** An answer of any status. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  /** The parsed body when it says that it is JSON and is; undefined otherwise. */
  readonly json: unknown;
  /** The body as it came. */
  readonly bytes?: Uint8Array;
  /** The body as text. Never for logs as it is: it can hold secrets. */
  readonly text: string;
}

/** No whole answer came. */
export interface HttpFault {
  readonly fault: ExchangeFault;
}

/** Speaks JSON with services that the deployer named, such as Kafka Connect. */
export interface HttpClient extends AsyncDisposable {
  /** Never rejects. */
  request(request: HttpRequest): Promise<HttpAnswer | HttpFault>;
  close(): Promise<void>;
}

export function createHttpClient(limits: Partial<EgressLimits> = {}): HttpClient {
  const effective = { ...defaultEgressLimits, ...limits };
  const pools = new Pools(effective);
  const addresses = new Addresses();
  const close = (): Promise<void> => pools.close();
  return {
    async request({ url, method, json, form, headers = {}, timeoutMs, signal }) {
      const { body, type } = bodyOf(json, form);
      const sent = { accept: "application/json", "accept-encoding": "identity", ...type, ...headers };
      const address = addresses.of(url);
      if (address === null) return { fault: { reason: "lost", isSent: false, errno: "" } };
      const { stop = null, letGo } = signal === undefined ? {} : stopBy(signal);
      const exchange = { address, method, headers: Object.entries(sent).flat(), body, timeoutMs, stop };
      const exchanged = await call({ ...exchange, party: "gluttony" }, pools, effective);
      letGo?.();
      return "answer" in exchanged ? httpAnswerOf(exchanged.answer) : exchanged;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

interface Body {
  readonly body: Uint8Array | null;
  readonly type: { readonly [name: string]: string };
}

function bodyOf(json: unknown, form: string | undefined): Body {
  const encoded = (text: string): Uint8Array => new TextEncoder().encode(text);
  if (form !== undefined)
    return { body: encoded(form), type: { "content-type": "application/x-www-form-urlencoded" } };
  if (json === undefined) return { body: null, type: {} };
  return { body: encoded(JSON.stringify(json)), type: { "content-type": "application/json" } };
}

function httpAnswerOf({ status, headers, body }: Answer): HttpAnswer {
  const text = new TextDecoder().decode(body);
  const isJson = /[/+]json\b/i.test(headers["content-type"] ?? "");
  return { status, headers, json: isJson ? parsedOrUndefined(text) : undefined, bytes: body, text };
}

function parsedOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
