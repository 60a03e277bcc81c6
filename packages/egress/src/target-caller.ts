import type { Failure } from "@gluttony/model";
import type { CallStop } from "./call-stop.ts";
import { call } from "./call.ts";
import { Addresses } from "./checked-address.ts";
import type { Exchange, ExchangeFault } from "./exchange.ts";
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
  /** The consumer's name; consumers that wait for the same target take turns. */
  readonly consumer: string;
  readonly grantedOrigins: readonly string[];
  readonly stop: CallStop;
  /** Asked right before the request is sent; when false nothing is sent. */
  readonly mayCall?: () => boolean;
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

/** Says whether a target may be called now, or how long to leave it alone. */
export interface TargetGate {
  /** Asked before a call waits for its turn, and again when it had to wait and its turn has come. */
  admit(origin: string): { readonly retryAfterMs: number } | null;
}

/** What a target caller is given beside its limits. */
export interface TargetCallerPorts {
  readonly gate?: TargetGate;
}

export function createTargetCaller(
  limits: Partial<EgressLimits> = {},
  { gate }: TargetCallerPorts = {},
): ClosableTargetCaller {
  const effective = { ...defaultEgressLimits, ...limits };
  const pools = new Pools(effective);
  const addresses = new Addresses();
  const close = (): Promise<void> => pools.close();
  return {
    call: (request) => callTarget(request, { pools, limits: effective, gate, addresses }),
    close,
    [Symbol.asyncDispose]: close,
  };
}

interface Means {
  readonly pools: Pools;
  readonly limits: EgressLimits;
  readonly gate: TargetGate | undefined;
  readonly addresses: Addresses;
}

function callTarget(request: TargetRequest, means: Means): Promise<TargetResult> {
  const checked = exchangeOf(request, means);
  if ("failure" in checked) return Promise.resolve(checked);
  const { origin } = checked.address;
  return call(checked, means.pools, means.limits).then((exchanged) =>
    "answer" in exchanged ? exchanged.answer : { failure: failureOf(exchanged.fault, origin) },
  );
}

const leaseLost: ExchangeFault = { reason: "lease_lost", isSent: false, errno: "" };

function heldBack(gate: TargetGate | undefined, origin: string): ExchangeFault | null {
  const refusal = gate?.admit(origin) ?? null;
  if (refusal === null) return null;
  return { reason: "held_back", isSent: false, errno: "", retryAfterMs: refusal.retryAfterMs };
}

const methods = new Set(["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]);
const keyPattern = /^[\x21-\x7e]{1,256}$/;

function exchangeOf(
  request: TargetRequest,
  { limits, addresses, gate }: Means,
): Exchange | { readonly failure: Failure } {
  const address = addresses.of(request.url);
  if (address === null) return refused("config", "the URL is not an http or https URL without a user in it");
  const { origin } = address;
  if (!addresses.isGranted(origin, request.grantedOrigins)) {
    const message = `${origin} was not granted to this plugin.`;
    return { failure: { kind: "config", code: "target.not_granted", message, target: origin } };
  }
  const method = methods.has(request.method) ? request.method : request.method.toUpperCase();
  if (!methods.has(method)) return refused("config", "the method is not one of HTTP's usual ones", origin);
  if (!keyPattern.test(request.idempotencyKey))
    return refused("config", "the idempotency key is not a word", origin);
  // What a handler wrote itself wins: it knows when two calls of one attempt are two deeds.
  const checked = checkHeaders(request.headers, {
    "accept-encoding": "identity",
    "idempotency-key": request.idempotencyKey,
  });
  if ("refusal" in checked)
    return refused(checked.isFaultOfCode ? "config" : "record", checked.refusal, origin);
  if ((request.body?.byteLength ?? 0) > limits.requestBytesMax) {
    return refused("record", `the body is larger than ${limits.requestBytesMax} bytes`, origin);
  }
  const { body, timeoutMs, stop, consumer: party } = request;
  const mayWrite = (): ExchangeFault | null => (request.mayCall?.() === false ? leaseLost : null);
  const mayStart = (): ExchangeFault | null => mayWrite() ?? heldBack(gate, origin);
  return { address, method, headers: checked.headers, body, timeoutMs, stop, party, mayStart, mayWrite };
}

function refused(kind: "config" | "record", why: string, target?: string): { readonly failure: Failure } {
  const message = `The call was not made: ${why}.`;
  const failure: Failure = { kind, code: "target.request_invalid", message };
  return { failure: target === undefined ? failure : { ...failure, target } };
}
