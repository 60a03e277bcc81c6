/** A JSON Schema (2020-12) of a handler's settings; the host checks and fills in defaults by it. */
export type ConfigSchema = { readonly [keyword: string]: unknown };

/**
 * A schema of a library that speaks Standard Schema and Standard JSON Schema, such as one of Zod 4, of ArkType, or of
 * Valibot through `toStandardJsonSchema`. The host reads its JSON Schema; the cell also asks `validate`, so that
 * refinements and transforms hold, too.
 */
export interface StandardSchema<Output = unknown> {
  readonly "~standard": {
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
    readonly jsonSchema: {
      readonly input: (options: { readonly target: "draft-2020-12" }) => { readonly [name: string]: unknown };
    };
  };
}

/** What `validate` of a {@link StandardSchema} answers: the settings, or what is wrong with them. */
export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] };

/** One fault of settings. Its message is never shown: libraries put the value into it. */
export interface StandardIssue {
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** The type of `context.config` under a schema of either kind; `unknown` where the schema does not tell. */
export type ConfigOf<Schema> = Schema extends StandardSchema<infer Output> ? Output : JsonSchemaValue<Schema>;

/** The type of a value under a JSON Schema that was written as a literal. */
type JsonSchemaValue<Schema> = Schema extends { readonly const: infer Only }
  ? Only
  : Schema extends { readonly enum: readonly (infer One)[] }
    ? One
    : Schema extends { readonly type: infer Type }
      ? TypedValue<Type, Schema>
      : unknown;

type TypedValue<Type, Schema> = Type extends "string"
  ? string
  : Type extends "number" | "integer"
    ? number
    : Type extends "boolean"
      ? boolean
      : Type extends "null"
        ? null
        : Type extends "array"
          ? readonly ItemOf<Schema>[]
          : Type extends "object"
            ? ObjectValue<Schema>
            : Type extends readonly (infer One)[]
              ? TypedValue<One, Schema>
              : unknown;

type ItemOf<Schema> = Schema extends { readonly items: infer Items } ? JsonSchemaValue<Items> : unknown;

type ObjectValue<Schema> = Schema extends { readonly properties: infer Properties }
  ? {
      readonly [Name in keyof Properties as IsPresent<Schema, Name, Properties[Name]> extends true
        ? Name
        : never]: JsonSchemaValue<Properties[Name]>;
    } & {
      readonly [Name in keyof Properties as IsPresent<Schema, Name, Properties[Name]> extends true
        ? never
        : Name]?: JsonSchemaValue<Properties[Name]>;
    }
  : { readonly [name: string]: unknown };

/** A property is always there when it is required, or when the host fills in its default. */
type IsPresent<Schema, Name, Property> = Property extends { readonly default: unknown }
  ? true
  : Schema extends { readonly required: readonly (infer Required)[] }
    ? Name extends Required
      ? true
      : false
    : false;
