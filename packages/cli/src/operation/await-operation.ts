import { setTimeout as sleep } from "node:timers/promises";
import { GluttonyError, isCode } from "@gluttony/model";
import { type ApiAddress, askApi } from "../api-client.ts";
import { type Fields, fieldsOf, shown } from "../output/fields.ts";

/** Milliseconds between looks at an operation, or at a state. */
export const lookEveryMs = 500;

/**
 * Waits for an operation's end and answers it. Throws the code that it failed or was cancelled with, and
 * `operation.timed_out` when it still runs after the time.
 */
export async function awaitOperation(api: ApiAddress, id: string, timeoutMs: number): Promise<Fields> {
  const endMs = performance.now() + timeoutMs;
  for (;;) {
    const { body } = await askApi(api, {
      method: "GET",
      path: `/api/v1/operations/${encodeURIComponent(id)}`,
    });
    const operation = fieldsOf(body);
    if (operation["state"] !== "running") return requireDone(operation);
    if (performance.now() >= endMs) throw new GluttonyError("operation.timed_out", { operation: id });
    await sleep(lookEveryMs);
  }
}

function requireDone(operation: Fields): Fields {
  if (operation["state"] === "done") return operation;
  const code = fieldsOf(operation["error"])["code"];
  const { state, cause } = fieldsOf(operation["result"]);
  const facts = { operation: shown(operation["id"]), state: shown(state), cause: shown(cause) };
  throw new GluttonyError(typeof code === "string" && isCode(code) ? code : "operation.cancelled", facts);
}

/** One operation in a line. */
export function operationLine(operation: Fields): string {
  const { name } = fieldsOf(operation["subject"]);
  return `${shown(operation["kind"])} ${shown(name)}: ${shown(operation["state"])}  (operation ${shown(operation["id"])})`;
}
