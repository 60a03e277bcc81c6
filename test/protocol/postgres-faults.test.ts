import { connect, createServer, type Server, type Socket } from "node:net";
import { createConsumers, createPool, migrate } from "@gluttony/postgres";
import { describe, expect, test, vi } from "vitest";
import { makeDatabase, stack } from "../support/stack.ts";

/** A way to the server that can go silent: sockets stay open and nothing passes any more. */
class SilentProxy implements AsyncDisposable {
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  #isSilent = false;

  constructor(port: number) {
    this.#server = createServer((client) => {
      const upstream = connect(port, "127.0.0.1");
      this.#join(client, upstream);
      this.#join(upstream, client);
    });
  }

  #join(from: Socket, to: Socket): void {
    this.#sockets.add(from);
    from.on("data", (bytes) => this.#isSilent || to.write(bytes));
    from.on("error", () => to.destroy());
    from.on("close", () => {
      this.#sockets.delete(from);
      if (!this.#isSilent) to.destroy();
    });
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    const address = this.#server.address();
    return typeof address === "object" && address !== null ? address.port : 0;
  }

  goSilent(): void {
    this.#isSilent = true;
  }

  /** Old connections stay dead; new ones pass. */
  speak(): void {
    for (const socket of this.#sockets) socket.removeAllListeners("data");
    this.#isSilent = false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

describe.skipIf(stack().postgresUnavailable !== "")("a database that fails", () => {
  test("a listener notices a connection that went silent and hears again by a new one", async () => {
    await using database = await makeDatabase("pg_fault");
    await using proxy = new SilentProxy(stack().postgresPort);
    const port = await proxy.listen();
    await using direct = createPool({ connectionString: database.url });
    await migrate(direct);
    await using pool = createPool({
      connectionString: `postgres://postgres@127.0.0.1:${port}/${database.name}`,
      connectTimeoutMs: 500,
    });
    const onChange = vi.fn();
    const stop = new AbortController();
    const times = { keepaliveMs: 100, keepaliveLimitMs: 300, backoffFirstMs: 20, backoffMaxMs: 100 };
    const listening = createConsumers(pool, { box: null, times }).listen(onChange, stop.signal);
    await vi.waitFor(() => expect(onChange).toHaveBeenCalledTimes(1));

    proxy.goSilent();
    await new Promise((resolve) => setTimeout(resolve, 600));
    proxy.speak();
    await vi.waitFor(() => expect(onChange.mock.calls.length).toBeGreaterThan(1), 10_000);
    const before = onChange.mock.calls.length;
    await direct.query("insert into cdc.consumer (name, handler_func) values ('n', 'empi')");
    await vi.waitFor(() => expect(onChange.mock.calls.length).toBeGreaterThan(before), 10_000);

    stop.abort();
    await listening;
  });

  test("a pool heals after its connections were ended", async () => {
    await using database = await makeDatabase("pg_fault");
    const onIdleError = vi.fn();
    await using pool = createPool({ connectionString: database.url, onIdleError });
    await using other = createPool({ connectionString: database.url });
    await pool.query("select 1");

    await other.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
    );
    await vi.waitFor(() => expect(onIdleError).toHaveBeenCalled());

    expect(await pool.query("select 2 as two")).toEqual([{ two: 2 }]);
    expect(onIdleError.mock.calls[0]?.[0]).toMatchObject({ code: "database.unreachable" });
  });

  test("a statement that takes too long ends, and its connection goes on", async () => {
    await using database = await makeDatabase("pg_fault");
    await using pool = createPool({
      connectionString: database.url,
      statementTimeoutMs: 100,
      connectionsMax: 1,
    });

    const slow = pool.query("select pg_sleep(10)");

    await expect(slow).rejects.toMatchObject({ code: "database.failed", facts: { sqlstate: "57014" } });
    expect(await pool.query("select 1 as one")).toEqual([{ one: 1 }]);
  });

  test("work that finds a row locked for too long is done again, a few times", async () => {
    await using database = await makeDatabase("pg_fault");
    await database.execute("create table t (id int primary key, n int); insert into t values (1, 0)");
    await using pool = createPool({ connectionString: database.url });
    let attempts = 0;
    const write = async (): Promise<void> =>
      pool.transaction(async (queries) => {
        attempts += 1;
        await queries.query("set local lock_timeout = '50ms'");
        await queries.query("update t set n = n + 1 where id = 1");
      });
    const whileLocked = (work: () => Promise<unknown>): Promise<unknown> =>
      pool.session(async (queries) => {
        await queries.query("begin");
        await queries.query("select from t where id = 1 for update");
        const outcome = await work().catch((error: unknown) => error);
        await queries.query("rollback");
        return outcome;
      });

    const refusal = await whileLocked(write);
    const spent = attempts;
    await write();

    expect(refusal).toMatchObject({ code: "database.failed", facts: { sqlstate: "55P03" } });
    expect(spent).toBe(4);
    expect(await pool.query("select n from t")).toEqual([{ n: 1 }]);
  });

  test("a pool whose connections are all in use says so in time, and serves again", async () => {
    await using database = await makeDatabase("pg_fault");
    await using pool = createPool({
      ...{ connectionString: database.url, connectionsMax: 1, connectTimeoutMs: 200 },
    });

    const refusal = await pool.session(() => pool.query("select 1").catch((error: unknown) => error));

    expect(refusal).toMatchObject({
      code: "database.unreachable",
      facts: { reason: "no connection free in time", connectionsMax: 1 },
    });
    expect(await pool.query("select 1 as one")).toEqual([{ one: 1 }]);
  });

  test("work that met a deadlock is done again", async () => {
    await using database = await makeDatabase("pg_fault");
    await database.execute("create table t (id int primary key, n int); insert into t values (1, 0), (2, 0)");
    await using pool = createPool({ connectionString: database.url });
    const both = async (first: number, second: number): Promise<void> =>
      pool.transaction(async (queries) => {
        await queries.query("update t set n = n + 1 where id = $1", [first]);
        await new Promise((resolve) => setTimeout(resolve, 100));
        await queries.query("update t set n = n + 1 where id = $1", [second]);
      });

    await Promise.all([both(1, 2), both(2, 1)]);

    expect(await pool.query("select n from t")).toEqual([{ n: 2 }, { n: 2 }]);
  });

  test("an error names the column and never the value", async () => {
    await using database = await makeDatabase("pg_fault");
    await using pool = createPool({ connectionString: database.url });
    await database.execute("create table t (name text unique); insert into t values ('Zhang San')");

    const error = await pool.query("insert into t values ('Zhang San')").catch((thrown: unknown) => thrown);

    expect(error).toMatchObject({
      code: "database.failed",
      facts: { sqlstate: "23505", constraint: "t_name_key" },
    });
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : new Error("none");
    expect(`${String(error)}${JSON.stringify(error)}${cause.message}${cause.stack}`).not.toContain("Zhang");
  });
});
