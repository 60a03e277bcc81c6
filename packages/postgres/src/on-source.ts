import type { Socket } from "node:net";
import { GluttonyError } from "@gluttony/model";
import pg from "pg";
import { sqlstateOf, toDatabaseError } from "./errors.ts";
import type { Queries } from "./pool.ts";
import { parseSourceAddress } from "./source-address.ts";

const connectTimeoutMs = 5_000;
const statementTimeoutMs = 10_000;
/** A wrong password or user: waiting mends it as little as any other mistake in conn_string. */
const refusedLogin = /^28/;

/** How a source is reached. */
export interface SourceReach {
  /** Makes the socket, for whoever restricts where it may lead; the driver's own when left out. */
  readonly socket?: () => Socket;
}

/** Runs `work` on one short connection to a PostgreSQL source. Whatever the driver says may quote the connection string, so none of it is passed on. */
export async function onSource<T>(
  connString: string,
  work: (queries: Queries) => Promise<T>,
  { socket }: SourceReach = {},
): Promise<T> {
  const client = new pg.Client({
    ...parseSourceAddress(connString),
    ...(socket === undefined ? {} : { stream: socket }),
    application_name: "gluttony source",
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    query_timeout: statementTimeoutMs + connectTimeoutMs,
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return await work({
      async query<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]) {
        return (await client.query<Row>(text, values === undefined ? undefined : [...values])).rows;
      },
    });
  } catch (thrown) {
    throw sourceError(thrown);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function sourceError(thrown: unknown): GluttonyError {
  // Of the socket that we were given, and without a word of the driver's.
  if (thrown instanceof GluttonyError && thrown.code === "connect.destination_refused") return thrown;
  const cause = toDatabaseError(thrown);
  const isLogin = refusedLogin.test(sqlstateOf(cause) ?? "");
  return new GluttonyError(isLogin ? "connect.login_refused" : "connect.source_unreachable", cause.facts, {
    cause,
  });
}
