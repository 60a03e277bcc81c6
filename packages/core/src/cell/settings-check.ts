import type { Failure } from "@gluttony/model";
import type { Handler } from "@gluttony/sdk";
import { failureOf } from "./failure-of.ts";
import { withinMs } from "./load-handlers.ts";

/** Where `defineHandler` puts the check of a handler's own schema; every copy of the SDK means the same. */
const configCheck = Symbol.for("@gluttony/sdk/config-check");
/** Milliseconds that a schema may take; one that takes longer has no say before the first record. */
const checkMs = 5_000;

/**
 * What a handler's own schema says of settings that fit its manifest's: null when it takes them, or when there is none. It runs
 * where the handler runs.
 */
export async function settingsFailure(
  handler: Handler,
  config: unknown,
  rootUrl: string,
): Promise<Failure | null> {
  const check: unknown = Reflect.get(handler, configCheck);
  if (typeof check !== "function") return null;
  try {
    await withinMs(checkMs, async () => void (await Reflect.apply(check, undefined, [config])));
    return null;
  } catch (thrown) {
    const signal = { aborted: false, reason: undefined };
    // No row was given to it.
    return failureOf(thrown, { signal, rootUrl, hide: (text) => text });
  }
}
