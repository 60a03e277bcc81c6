/** A stub is never slower than this. */
export const SLOW_MAX_MS = 120_000;
/** Reads a mode as the control API receives it; undefined if it is none. */
export function parseStubMode(read) {
  if (typeof read !== "object" || read === null || !("mode" in read)) return undefined;
  const numberOf = (name, fallback) => {
    const value = Object.entries(read).find(([key]) => key === name)?.[1];
    return typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : fallback;
  };
  switch (read.mode) {
    case "ok":
    case "unavailable":
    case "refuse":
    case "hang":
      return { mode: read.mode };
    case "slow":
      return { mode: "slow", delayMs: Math.min(numberOf("delayMs", 2_000), SLOW_MAX_MS) };
    case "throttled":
      return { mode: "throttled", retryAfterSeconds: numberOf("retryAfterSeconds", 1) };
    case "businessError":
      return { mode: "businessError", code: numberOf("code", 500), message: "系统繁忙" };
    default:
      return undefined;
  }
}
