/** How a stub behaves until it is told otherwise. */
export type StubMode =
  | { readonly mode: "ok" }
  | { readonly mode: "slow"; readonly delayMs: number }
  | { readonly mode: "unavailable" }
  | { readonly mode: "throttled"; readonly retryAfterSeconds: number }
  | { readonly mode: "refuse" }
  | { readonly mode: "businessError"; readonly code: number; readonly message: string }
  | { readonly mode: "hang" };

/** A stub is never slower than this. */
export const SLOW_MAX_MS = 120_000;

/** Reads a mode as the control API receives it; undefined if it is none. */
export function parseStubMode(read: unknown): StubMode | undefined {
  if (typeof read !== "object" || read === null || !("mode" in read)) return undefined;
  const numberOf = (name: string, fallback: number): number => {
    const value: unknown = Object.entries(read).find(([key]) => key === name)?.[1];
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
