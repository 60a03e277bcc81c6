import { inject } from "vitest";
import { runStatements } from "gluttony/local-stack";

/** What the global setup started, once for the whole run. Empty texts stand for parts that this run does not have. */
export interface StackAddresses {
  /** Port of the Postgres server; 0 if there is none. */
  readonly postgresPort: number;
  /** `127.0.0.1:port` of the broker. */
  readonly kafka: string;
  /** Kafka Connect; only for the project `end-to-end`. */
  readonly connectUrl: string;
  /** Folders of the jars, for tests that start a broker or a worker of their own. */
  readonly libs: string;
  readonly plugins: string;
  /** Why there is no broker (no Java, no Maven, not fetched): tests that need it are skipped with this reason. */
  readonly unavailable: string;
  /** Why there is no Postgres. */
  readonly postgresUnavailable: string;
}

declare module "vitest" {
  interface ProvidedContext {
    stack: StackAddresses;
  }
}

/** The parts of this run. Use `describe.skipIf(stack().unavailable !== "")` around tests that need the broker. */
export function stack(): StackAddresses {
  return inject("stack");
}

/** Connection text of a database on the shared server. */
export function postgresUrl(database = "postgres"): string {
  return `postgres://postgres@127.0.0.1:${stack().postgresPort}/${database}`;
}

export interface TestDatabase extends AsyncDisposable {
  readonly name: string;
  readonly url: string;
  /** Runs statements that return no rows. */
  execute(sql: string): Promise<void>;
}

/** An empty database of the test's own; disposing of it drops it and ends its connections. */
export async function makeDatabase(prefix = "test"): Promise<TestDatabase> {
  const name = `${prefix}_${Date.now().toString(36)}_${Math.random().toString(36).slice(2, 8)}`;
  const server = { port: stack().postgresPort, database: "postgres" };
  await runStatements(server, `create database "${name}"`);
  return {
    name,
    url: postgresUrl(name),
    execute: (sql) => runStatements({ ...server, database: name }, sql),
    async [Symbol.asyncDispose]() {
      await runStatements(server, `drop database if exists "${name}" with (force)`);
    },
  };
}
