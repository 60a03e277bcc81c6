import type { Change, Row } from "./change.ts";
import type { ConfigOf, ConfigSchema, StandardSchema } from "./config-schema.ts";
import type { HandlerContext } from "./context.ts";
import { isStandardSchema, jsonSchemaOf, ParsedConfigs } from "./parsed-config.ts";

export type { ConfigSchema } from "./config-schema.ts";

/**
 * How an attempt ended well. Nothing (`undefined`) means done; `filtered` names the rule by which the handler
 * decided that there is nothing to do, and is counted under that name: at most 64 characters of `a-z0-9_.-`.
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

/** A handler with a schema by which the type of its settings is known. */
interface ConfiguredHandler<Schema> extends Omit<Handler<Row, ConfigOf<Schema>>, "config"> {
  readonly config: Schema;
}

const handlerTag = Symbol.for("@gluttony/sdk/handler");

/**
 * Marks an object as a handler, so that the host can tell it from any other export. With `config` as a literal JSON
 * Schema, or as a schema of Zod 4, Valibot or ArkType, `context.config` has the type that the schema says; a library's
 * schema is replaced by its JSON Schema, and checks the settings once more in the cell. Throws TypeError for what is no
 * handler, and for a schema that JSON Schema cannot express.
 */
export function defineHandler<const Schema extends ConfigSchema | StandardSchema>(
  handler: ConfiguredHandler<Schema>,
): Handler<Row, ConfigOf<Schema>>;
export function defineHandler<R extends Row = Row, Config = unknown>(
  handler: Handler<R, Config>,
): Handler<R, Config>;
export function defineHandler(handler: Handler | ConfiguredHandler<ConfigSchema | StandardSchema>): Handler {
  if (typeof handler?.name !== "string" || typeof handler.handle !== "function") {
    throw new TypeError("defineHandler needs an object with `name` and `handle`.");
  }
  const { config } = handler;
  const checked = isStandardSchema(config) ? checkedBy(handler, config) : handler;
  return Object.freeze({ ...(checked as Handler), [handlerTag]: 1 });
}

/** Whether a value came from `defineHandler`, of this copy of the SDK or another. */
export function isHandler(value: unknown): value is Handler {
  return typeof value === "object" && value !== null && Reflect.get(value, handlerTag) === 1;
}

/** The same handler, given its settings as its own schema makes them. */
function checkedBy(handler: Omit<Handler, "config">, schema: StandardSchema): Handler {
  const configs = new ParsedConfigs(schema);
  return {
    ...handler,
    config: jsonSchemaOf(schema),
    handle: (change, context) => {
      const config = configs.of(context.config);
      if (!(config instanceof Promise)) return handler.handle(change, configured(context, config));
      return config.then((settings) => handler.handle(change, configured(context, settings)));
    },
  };
}

/** The context itself stays the prototype: what it makes only when asked is still made only then. */
function configured(context: HandlerContext, config: unknown): HandlerContext {
  return Object.create(context, { config: { value: config, enumerable: true } }) as HandlerContext;
}
