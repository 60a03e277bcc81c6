import { handleOne } from "./batch.ts";
import type { BatchContext, BatchOutcome, HandleBatch } from "./batch.ts";
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
  /**
   * Instead of `handle`, for a target that takes many at once: changes of different keys that are under way together, up to
   * the manifest's `batch.max` within `batch.waitMs`. A batch that throws is run again one change at a time, so a change must
   * bear to come twice. Repeated attempts come alone.
   */
  handleBatch?(
    changes: readonly Change<R>[],
    context: BatchContext<Config>,
  ): Promise<BatchOutcome> | BatchOutcome;
  /** Called once when a cell starts; at most 10 s. */
  setup?(): Promise<void> | void;
  /** Called once when a cell has answered everything and drains, before `teardown`; at most 5 s. */
  flush?(): Promise<void> | void;
  /** Called once when a cell drains; at most 5 s. */
  teardown?(): Promise<void> | void;
}

/** What an author writes: one of the two functions, and the rest. */
export type HandlerDefinition<R extends Row = Row, Config = unknown> = Omit<
  Handler<R, Config>,
  "handle" | "handleBatch"
> &
  (
    | Pick<Handler<R, Config>, "handle">
    | { readonly handleBatch: HandleBatch<R, Config>; readonly handle?: undefined }
  );

/** A definition with a schema by which the type of its settings is known. */
type ConfiguredDefinition<Schema> = Omit<
  Handler<Row, ConfigOf<Schema>>,
  "config" | "handle" | "handleBatch"
> & {
  readonly config: Schema;
} & (
    | Pick<Handler<Row, ConfigOf<Schema>>, "handle">
    | { readonly handleBatch: HandleBatch<Row, ConfigOf<Schema>>; readonly handle?: undefined }
  );

const handlerTag = Symbol.for("@gluttony/sdk/handler");
/** Where the cell finds the check of a library's schema, to ask it before the first change. */
const configCheck = Symbol.for("@gluttony/sdk/config-check");

/**
 * Marks an object as a handler, so that the host can tell it from any other export. With `config` as a literal JSON
 * Schema, or as a schema of Zod 4, Valibot or ArkType, `context.config` has the type that the schema says; a library's
 * schema is replaced by its JSON Schema, and checks the settings once more in the cell. Throws TypeError for what is no
 * handler, and for a schema that JSON Schema cannot express.
 */
export function defineHandler<const Schema extends ConfigSchema | StandardSchema>(
  handler: ConfiguredDefinition<Schema>,
): Handler<Row, ConfigOf<Schema>>;
export function defineHandler<R extends Row = Row, Config = unknown>(
  handler: HandlerDefinition<R, Config>,
): Handler<R, Config>;
export function defineHandler(
  handler: HandlerDefinition | ConfiguredDefinition<ConfigSchema | StandardSchema>,
): Handler {
  const { name, config, ...rest } = Object(handler) as HandlerDefinition;
  const handleBatch = "handleBatch" in rest ? rest.handleBatch : undefined;
  if (typeof name !== "string" || (typeof rest.handle !== "function" && typeof handleBatch !== "function")) {
    throw new TypeError("defineHandler needs an object with `name` and `handle` or `handleBatch`.");
  }
  const checks = isStandardSchema(config) ? new ParsedConfigs(config) : null;
  const batch =
    handleBatch === undefined || checks === null
      ? handleBatch
      : checkedBatch(handleBatch.bind(handler), checks);
  const single =
    rest.handle === undefined || checks === null
      ? rest.handle
      : checkedHandle(rest.handle.bind(handler), checks);
  return Object.freeze({
    ...rest,
    name,
    ...(config === undefined ? {} : { config: isStandardSchema(config) ? jsonSchemaOf(config) : config }),
    ...(batch === undefined ? {} : { handleBatch: batch }),
    handle: single ?? ((change, context) => handleOne(batch as HandleBatch, change, context)),
    ...(checks === null ? {} : { [configCheck]: (settings: unknown) => checks.of(settings) }),
    [handlerTag]: 1,
  } satisfies Handler & { readonly [tag: symbol]: unknown });
}

/** Whether a value came from `defineHandler`, of this copy of the SDK or another. */
export function isHandler(value: unknown): value is Handler {
  return typeof value === "object" && value !== null && Reflect.get(value, handlerTag) === 1;
}

/** The same function, given the settings as the handler's own schema makes them. */
function checkedHandle(handle: Handler["handle"], configs: ParsedConfigs): Handler["handle"] {
  return (change, context) => {
    const config = configs.of(context.config);
    if (!(config instanceof Promise)) return handle(change, configured(context, config));
    return config.then((settings) => handle(change, configured(context, settings)));
  };
}

function checkedBatch(handleBatch: HandleBatch, configs: ParsedConfigs): HandleBatch {
  return async (changes, context) => {
    const config = await configs.of(context.config);
    const each = context.each.map((one) => configured(one, config));
    return handleBatch(
      changes,
      Object.create(context, {
        config: { value: config, enumerable: true },
        each: { value: each, enumerable: true },
      }) as BatchContext,
    );
  };
}

/** The context itself stays the prototype: what it makes only when asked is still made only then. */
function configured(context: HandlerContext, config: unknown): HandlerContext {
  return Object.create(context, { config: { value: config, enumerable: true } }) as HandlerContext;
}
