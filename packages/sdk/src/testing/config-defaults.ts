import type { ConfigSchema } from "../handler.ts";

type Members = { readonly [name: string]: unknown };

/** Fills in the defaults of a handler's schema, as the host does before it starts a cell. */
export function withDefaults(schema: ConfigSchema | undefined, config: Members): Members {
  const result: { [name: string]: unknown } = { ...config };
  for (const [name, property] of Object.entries(membersOf(schema?.["properties"]))) {
    const filled = filledIn(membersOf(property), result[name]);
    if (filled !== undefined) result[name] = filled;
  }
  return result;
}

function filledIn(schema: Members, value: unknown): unknown {
  const given = value ?? schema["default"];
  return schema["type"] === "object" ? withDefaults(schema, membersOf(given)) : given;
}

function membersOf(value: unknown): Members {
  return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}
