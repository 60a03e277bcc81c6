import { setTimeout as sleep } from "node:timers/promises";
import { GluttonyError } from "@gluttony/model";
import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";
import { isRepeatable, sqlstateOf, toDatabaseError } from "./errors.ts";
import { requestFactsNow } from "./request-facts.ts";
import type { Schema } from "./schema.ts";
import { storedJson } from "./stored-json.ts";

const int8 = 20;
const connectionsMaxDefault = 10;
const statementTimeoutMsDefault = 15_000;
const connectTimeoutMsDefault = 5_000;
/** Milliseconds beyond the statement time-out after which the socket itself is taken for dead. */
const deadSocketGraceMs = 5_000;
/** How often work that met a deadlock, a serialization failure or a held lock is done in all. */
const attemptsMax = 4;
/** Milliseconds before the second attempt at most; doubled for each further one. Two that collided must not again. */
const pauseFirstMs = 20;

/** How to reach the database that gluttony keeps its memory in. */
export interface PoolOptions {
  readonly connectionString: string;
  /** Shown in `pg_stat_activity`. Default `gluttony`. */
  readonly applicationName?: string;
  readonly connectionsMax?: number;
  readonly statementTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
  /** Hears of idle connections that broke; the pool heals by itself. */
  readonly onIdleError?: (error: GluttonyError) => void;
}

/** Runs statements. Errors are GluttonyErrors without values. */
export interface Queries {
  query<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
}

/** Connections to one database. `int8` is read as bigint. */
export interface Pool extends Queries, AsyncDisposable {
  readonly kysely: Kysely<Schema>;
  /** Runs `work` on one connection in a transaction; again, at most three times, after a deadlock or the like. */
  transaction<T>(work: (queries: Queries) => Promise<T>): Promise<T>;
  /** Runs `work` on one connection; a session setting or lock of it must be undone by `work`. */
  session<T>(work: (queries: Queries) => Promise<T>): Promise<T>;
  /** A connection outside of the pool, for LISTEN; the caller ends it. */
  dedicated(): pg.Client;
  /** Connections in use and free, and statements that wait for one. */
  counts(): { readonly used: number; readonly idle: number; readonly waiting: number };
  close(): Promise<void>;
}

/** Opens no connection yet. */
export function createPool(options: PoolOptions): Pool {
  const config = configOf(options);
  const pool = new pg.Pool({ ...config, max: options.connectionsMax ?? connectionsMaxDefault });
  pool.on("error", (error) => options.onIdleError?.(toDatabaseError(error)));
  // Before its borrower can listen, or while kysely has it, a connection that breaks would end the process.
  pool.on("connect", (client) => client.on("error", () => undefined));
  const kysely = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });

  const session = <T>(work: (queries: Queries) => Promise<T>): Promise<T> => onConnection(pool, work);
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= pool.end());
  return {
    kysely,
    session,
    query: (text, values) => repeated(() => session((queries) => queries.query(text, values))),
    transaction: (work) => repeated(() => session((queries) => inTransaction(queries, work))),
    dedicated: () => new pg.Client({ ...config, application_name: `${config.application_name} listen` }),
    counts: () => ({
      used: pool.totalCount - pool.idleCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
    }),
    close,
    [Symbol.asyncDispose]: close,
  };
}

function configOf(options: PoolOptions): pg.ClientConfig & { readonly application_name: string } {
  const statementTimeoutMs = options.statementTimeoutMs ?? statementTimeoutMsDefault;
  const types = new pg.TypeOverrides();
  types.setTypeParser(int8, (text: string) => BigInt(text));
  return {
    connectionString: options.connectionString,
    application_name: options.applicationName ?? "gluttony",
    connectionTimeoutMillis: options.connectTimeoutMs ?? connectTimeoutMsDefault,
    statement_timeout: statementTimeoutMs,
    query_timeout: statementTimeoutMs + deadSocketGraceMs,
    keepAlive: true,
    types,
  };
}

async function onConnection<T>(pool: pg.Pool, work: (queries: Queries) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch((error: unknown) => {
    throw isExhausted(error) ? exhausted(pool) : toDatabaseError(error);
  });
  // A connection that breaks while it is lent out says so by the statement; without a listener it ends the process.
  const ignoreBreak = (): void => undefined;
  client.on("error", ignoreBreak);
  let isBroken = false;
  const query: Queries["query"] = async <Row extends pg.QueryResultRow>(
    text: string,
    values?: readonly unknown[],
  ) => {
    try {
      const result = await client.query<Row>(text, values === undefined ? undefined : [...values]);
      return result.rows;
    } catch (thrown) {
      const error = toDatabaseError(thrown);
      isBroken ||= sqlstateOf(error) === null || error.code === "database.unreachable";
      throw error;
    }
  };
  try {
    return await work({ query });
  } finally {
    client.removeListener("error", ignoreBreak);
    client.release(isBroken);
  }
}

/** The driver gives this error no code; all others of its kind mean that no connection could be made. */
function isExhausted(error: unknown): boolean {
  return error instanceof Error && error.message === "timeout exceeded when trying to connect";
}

function exhausted(pool: pg.Pool): GluttonyError {
  return new GluttonyError("database.unreachable", {
    reason: "no connection free in time",
    connectionsMax: pool.options.max,
    waiting: pool.waitingCount,
  });
}

async function inTransaction<T>(queries: Queries, work: (queries: Queries) => Promise<T>): Promise<T> {
  await queries.query("begin");
  try {
    const facts = requestFactsNow();
    // The audit's triggers read it; it ends with the transaction.
    if (facts !== null)
      await queries.query("select set_config('gluttony.request', $1, true)", [storedJson(facts)]);
    const result = await work(queries);
    await queries.query("commit");
    return result;
  } catch (error) {
    // The first error is the one to tell; a connection that cannot roll back is thrown away by the pool.
    await queries.query("rollback").catch(() => undefined);
    throw error;
  }
}

async function repeated<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (attempt >= attemptsMax || !isRepeatable(error)) throw error;
      await sleep(Math.random() * pauseFirstMs * 2 ** (attempt - 1));
    }
  }
}
