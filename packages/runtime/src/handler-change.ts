import { isDeepStrictEqual } from "node:util";
import type { ConsumerRow } from "@gluttony/model";

/**
 * Whether two versions of a row differ at most in which handler runs and with which settings. Then the consumer keeps its
 * place in the group, and only its cell changes. Pure.
 */
export function differsInHandlerOnly(before: ConsumerRow, after: ConsumerRow): boolean {
  const others = withoutHandler(before);
  return others !== null && isDeepStrictEqual(others, withoutHandler(after));
}

/** What must stay the same; null for a configuration that nobody can read. */
function withoutHandler(row: ConsumerRow): object | null {
  const { configuration } = row;
  if (typeof configuration !== "object" || configuration === null || Array.isArray(configuration))
    return null;
  return {
    ...row,
    handlerFunc: "",
    configuration: { ...configuration, handler: undefined, plugin: undefined },
    // A pause is followed as it is; only being asked to begin anew is not.
    steering: row.steering?.restarts ?? 0n,
    // What the host itself writes, and what every change raises.
    count: 0n,
    revision: 0n,
  };
}
