import { AnswerHandler } from "./answer-handler.ts";
import { isHostRefused } from "./address-policy.ts";
import { startDeadline } from "./deadline.ts";
import type { Exchange, ExchangeFault, Exchanged } from "./exchange.ts";
import type { EgressLimits } from "./limits.ts";
import type { Pools } from "./pools.ts";

/**
 * Performs one exchange: no redirects, no decoding, one deadline over waiting, connecting, headers and body. Never
 * rejects. An answer of any status is an answer.
 */
export function call(exchange: Exchange, pools: Pools, limits: EgressLimits): Promise<Exchanged> {
  const { url, method, headers, body, signal } = exchange;
  if (isHostRefused(url.hostname)) return notSent("address_refused");
  const origin = pools.of(url.origin);
  if (origin === null) return notSent("busy");
  return new Promise((resolve) => {
    let hasEntered = false;
    let leaveQueue: (() => void) | null = null;
    const handler = new AnswerHandler(limits.answerBytesMax, (exchanged) => {
      cancel();
      leaveQueue?.();
      if (hasEntered) origin.turnstile.leave();
      resolve(exchanged);
    });
    const timeoutMs = Math.min(Math.max(exchange.timeoutMs, 0), limits.timeoutMaxMs);
    const cancel = startDeadline(timeoutMs, signal, (by) => handler.end(by));
    leaveQueue = origin.turnstile.queue(() => {
      hasEntered = true;
      const path = `${url.pathname}${url.search}`;
      origin.pool.dispatch({ origin: url.origin, path, method, headers, body: bytesOf(body) }, handler);
    });
    if (leaveQueue === null) {
      cancel();
      resolve({ fault: { reason: "busy", isSent: false, errno: "" } });
    }
  });
}

function notSent(reason: ExchangeFault["reason"]): Promise<Exchanged> {
  return Promise.resolve({ fault: { reason, isSent: false, errno: "" } });
}

function bytesOf(body: Uint8Array | null): Buffer | null {
  return body === null ? null : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
}
