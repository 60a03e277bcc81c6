import type { Change, Row } from "./change.ts";
import type { HandlerContext } from "./context.ts";

/** A JSON Schema (2020-12) of a handler's settings; the host checks and fills in defaults by it. */
export type ConfigSchema = { readonly [keyword: string]: unknown };

/**
 * How an attempt ended well. Nothing (`undefined`) means done; `filtered` names the rule by which the handler
 * decided that there is nothing to do, and is counted under that name.
 */
export type Outcome = undefined | { readonly filtered: string };

/** What a plugin exports: a plain object, called once per attempt, concurrently for different keys. */
export interface Handler<R extends Row = Row, Config = unknown> {
  /** The name under which the manifest lists it. */
  readonly name: string;
  readonly config?: ConfigSchema;
  handle(change: Change<R>, context: HandlerContext<Config>): Promise<Outcome> | Outcome;
  /** Called once when a cell starts; at most 10 s. */
  setup?(): Promise<void> | void;
  /** Called once when a cell drains; at most 5 s. */
  teardown?(): Promise<void> | void;
}

const handlerTag = Symbol.for("@gluttony/sdk/handler");

/** Marks an object as a handler, so that the host can tell it from any other export. */
export function defineHandler<R extends Row = Row, Config = unknown>(
  handler: Handler<R, Config>,
): Handler<R, Config> {
  if (typeof handler.name !== "string" || typeof handler.handle !== "function") {
    throw new TypeError("defineHandler needs an object with `name` and `handle`.");
  }
  return Object.freeze({ ...handler, [handlerTag]: 1 });
}

/** Whether a value came from `defineHandler`, of this copy of the SDK or another. */
export function isHandler(value: unknown): value is Handler {
  return typeof value === "object" && value !== null && Reflect.get(value, handlerTag) === 1;
}
