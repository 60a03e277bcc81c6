import type { Failure } from "@gluttony/model";
import { call } from "./call.ts";
import type { Exchange } from "./exchange.ts";
import { failureOf } from "./failure-of.ts";
import { type EgressLimits, defaultEgressLimits } from "./limits.ts";
import { Pools } from "./pools.ts";
import { checkHeaders } from "./request-headers.ts";

/** A request of a handler; the same shape as the core's port. */
export interface TargetRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: Uint8Array | null;
  /** Milliseconds for the whole exchange. */
  readonly timeoutMs: number;
  readonly idempotencyKey: string;
  readonly grantedOrigins: readonly string[];
  readonly signal: AbortSignal;
}

/** The whole answer of a target. */
export interface TargetResponse {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: Uint8Array;
}

/** What a call resolves with; it never rejects. */
export type TargetResult = TargetResponse | { readonly failure: Failure };

/** Calls targets for handlers and holds their connections; implements the core's `TargetCaller`. */
export interface ClosableTargetCaller extends AsyncDisposable {
  call(request: TargetRequest): Promise<TargetResult>;
  /** Ends calls in flight within `closeWithinMs` and every connection with them. */
  close(): Promise<void>;
}

export function createTargetCaller(limits: Partial<EgressLimits> = {}): ClosableTargetCaller {
  const effective = { ...defaultEgressLimits, ...limits };
  const pools = new Pools(effective);
  const close = (): Promise<void> => pools.close();
  return {
    call: (request) => callTarget(request, pools, effective),
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function callTarget(request: TargetRequest, pools: Pools, limits: EgressLimits): Promise<TargetResult> {
  const checked = exchangeOf(request, limits);
  if ("failure" in checked) return checked;
  const exchanged = await call(checked, pools, limits);
  if ("answer" in exchanged) return exchanged.answer;
  return { failure: failureOf(exchanged.fault, checked.url.origin) };
}

const methods = new Set(["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]);
const keyPattern = /^[\x21-\x7e]{1,256}$/;

function exchangeOf(request: TargetRequest, limits: EgressLimits): Exchange | { readonly failure: Failure } {
  const url = parseUrl(request.url);
  if (url === null) return refused("config", "the URL is not an http or https URL without a user in it");
  const isGranted = request.grantedOrigins.some((origin) => parseUrl(origin)?.origin === url.origin);
  if (!isGranted) {
    const message = `${url.origin} was not granted to this plugin.`;
    return { failure: { kind: "config", code: "target.not_granted", message, target: url.origin } };
  }
  const method = request.method.toUpperCase();
  if (!methods.has(method)) return refused("config", "the method is not one of HTTP's usual ones", url);
  if (!keyPattern.test(request.idempotencyKey))
    return refused("config", "the idempotency key is not a word", url);
  const checked = checkHeaders(request.headers);
  if ("refusal" in checked) return refused(checked.isFaultOfCode ? "config" : "record", checked.refusal, url);
  if ((request.body?.byteLength ?? 0) > limits.requestBytesMax) {
    return refused("record", `the body is larger than ${limits.requestBytesMax} bytes`, url);
  }
  // What a handler wrote itself wins: it knows when two calls of one attempt are two deeds.
  const headers = {
    "accept-encoding": "identity",
    "idempotency-key": request.idempotencyKey,
    ...checked.headers,
  };
  const { body, timeoutMs, signal } = request;
  return { url, method, headers, body, timeoutMs, signal };
}

function refused(kind: "config" | "record", why: string, url?: URL): { readonly failure: Failure } {
  const message = `The call was not made: ${why}.`;
  const failure: Failure = { kind, code: "target.request_invalid", message };
  return { failure: url === undefined ? failure : { ...failure, target: url.origin } };
}

function parseUrl(text: string): URL | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  const isHttp = url.protocol === "http:" || url.protocol === "https:";
  return isHttp && url.username === "" && url.password === "" ? url : null;
}
