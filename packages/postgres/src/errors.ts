import { GluttonyError } from "@gluttony/model";

/** SQLSTATE classes and states that mean the server cannot serve us at all, whatever we asked. */
const unreachableStates = /^(08|28|57P0[123]|53300|3D000)/;
/** A missing table, function or schema. */
const notMigratedStates = new Set(["42P01", "42883", "3F000"]);
/** Deadlock, serialization failure and a lock not had in time: the same work may succeed when done again. */
const repeatableStates = new Set(["40P01", "40001", "55P03"]);

/**
 * Turns whatever `pg` throws into an error of ours. Messages and details of Postgres quote row values and
 * connection strings, so only codes and names of the schema survive; the cause is rebuilt without its text.
 */
export function toDatabaseError(thrown: unknown): GluttonyError {
  if (thrown instanceof GluttonyError) return thrown;
  const seen = factsOf(thrown);
  const cause = new Error(`Postgres: ${seen.sqlstate ?? seen.network ?? "connection lost"}`);
  if (seen.sqlstate === undefined) {
    return new GluttonyError(
      "database.unreachable",
      { reason: seen.network ?? "connection lost" },
      { cause },
    );
  }
  const facts = {
    sqlstate: seen.sqlstate,
    ...(seen.table === undefined ? {} : { table: seen.table }),
    ...(seen.column === undefined ? {} : { column: seen.column }),
    ...(seen.constraint === undefined ? {} : { constraint: seen.constraint }),
  };
  if (unreachableStates.test(seen.sqlstate))
    return new GluttonyError("database.unreachable", facts, { cause });
  if (notMigratedStates.has(seen.sqlstate))
    return new GluttonyError("database.not_migrated", facts, { cause });
  return new GluttonyError("database.failed", facts, { cause });
}

/** The SQLSTATE of an error, translated or as the driver gives it; null when the server never answered. */
export function sqlstateOf(error: unknown): string | null {
  const sqlstate = error instanceof GluttonyError ? error.facts["sqlstate"] : codeOf(error);
  return typeof sqlstate === "string" ? sqlstate : null;
}

/** The constraint that a statement broke; null for any other error. */
export function constraintOf(error: unknown): string | null {
  const constraint = error instanceof GluttonyError ? error.facts["constraint"] : null;
  return typeof constraint === "string" ? constraint : null;
}

function codeOf(error: unknown): unknown {
  return error instanceof Error ? Reflect.get(error, "code") : null;
}

/** Whether the same work may simply be done again. */
export function isRepeatable(error: unknown): boolean {
  return repeatableStates.has(sqlstateOf(error) ?? "");
}

interface SeenFacts {
  readonly sqlstate: string | undefined;
  readonly network: string | undefined;
  readonly table: string | undefined;
  readonly column: string | undefined;
  readonly constraint: string | undefined;
}

function factsOf(thrown: unknown): SeenFacts {
  const code = textOf(thrown, "code");
  const sqlstate = code !== undefined && /^[0-9A-Z]{5}$/.test(code) && hasSeverity(thrown) ? code : undefined;
  return {
    sqlstate,
    network: sqlstate === undefined ? code : undefined,
    table: textOf(thrown, "table"),
    column: textOf(thrown, "column"),
    constraint: textOf(thrown, "constraint"),
  };
}

function hasSeverity(thrown: unknown): boolean {
  return textOf(thrown, "severity") !== undefined;
}

function textOf(thrown: unknown, name: string): string | undefined {
  if (typeof thrown !== "object" || thrown === null) return undefined;
  const value: unknown = Reflect.get(thrown, name);
  return typeof value === "string" ? value : undefined;
}
