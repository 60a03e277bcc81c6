import type { AttemptResult, ShapedCall } from "@gluttony/core";

/** What an attempt came to: its outcome, and the calls it made or would have made. */
export interface SeenAttempt {
  readonly result: AttemptResult;
  readonly calls: readonly ShapedCall[];
}

/** How a shadow's attempt compares with the live one. The words name outcomes, codes, methods and origins, and no record. */
export interface Comparison {
  readonly kind: "same" | "outcome" | "calls";
  readonly live: string;
  readonly shadow: string;
}

const wordCharactersMax = 160;

/** Compares outcomes first, then the calls whatever their order. Pure. */
export function compareAttempts(live: SeenAttempt, shadow: SeenAttempt): Comparison {
  const outcomes = { live: outcomeWord(live.result), shadow: outcomeWord(shadow.result) };
  if (outcomes.live !== outcomes.shadow) return { kind: "outcome", ...outcomes };
  if (keyOf(live.calls) === keyOf(shadow.calls)) return { kind: "same", ...outcomes };
  return { kind: "calls", live: callsWord(live.calls), shadow: callsWord(shadow.calls) };
}

/** Whether an attempt says something of its handler; one that the host called off does not. */
export function isTelling({ result }: SeenAttempt): boolean {
  return result.kind !== "failed" || !ownCodes.has(result.failure.code);
}

const ownCodes: ReadonlySet<string> = new Set(["handler.aborted", "handler.lease_lost"]);

function outcomeWord(result: AttemptResult): string {
  switch (result.kind) {
    case "done":
      return "done";
    case "filtered":
      return word(`filtered ${result.rule}`);
    case "failed":
      return word(`failed ${result.failure.code}`);
  }
}

function keyOf(calls: readonly ShapedCall[]): string {
  return JSON.stringify(calls.map(({ method, origin, path }) => `${method} ${origin} ${path}`).toSorted());
}

/** How often each method and origin was called; paths only count for whether calls are the same. */
function callsWord(calls: readonly ShapedCall[]): string {
  if (calls.length === 0) return "no call";
  const counts = new Map<string, number>();
  for (const { method, origin } of calls) {
    const word = `${method} ${origin}`;
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const words = [...counts].map(([call, count]) => (count === 1 ? call : `${call} ×${count}`));
  return word(words.toSorted().join(", "));
}

/** Rules and codes may be a plugin's own, and hold anything. */
function word(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, "?").slice(0, wordCharactersMax);
}
