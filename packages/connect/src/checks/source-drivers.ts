import { type DataSourceName, GluttonyError } from "@gluttony/model";
import type { SourceLogin } from "./source-login.ts";
import { type SourceRows, sourceRow } from "./source-rows.ts";

/** An open connection to a source; the caller closes it. */
export interface OpenSource extends SourceRows {
  close(): Promise<void>;
}

/** Opens a connection to a source that is no PostgreSQL. Throws `source.driver_missing`, `connect.source_unreachable`, `connect.login_refused`. */
export type OpenSourceOf = (
  source: Exclude<DataSourceName, "postgresql">,
  login: SourceLogin,
) => Promise<OpenSource>;

const CONNECT_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 10_000;

/** Drivers are not installed with gluttony: whoever has such a source installs its own beside it. All are JavaScript alone. */
const drivers: { readonly [source in Exclude<DataSourceName, "postgresql">]: string } = {
  mysql: "mysql2/promise",
  mariadb: "mysql2/promise",
  mssql: "mssql",
  oracle: "oracledb",
};

/** Loads the driver and connects. Whatever a driver says may quote the login, so only codes are passed on. */
export const openSource: OpenSourceOf = async (source, login) => {
  const driver = await loadDriver(drivers[source]);
  try {
    switch (source) {
      case "mysql":
      case "mariadb":
        return await openMysql(driver, login);
      case "mssql":
        return await openSqlServer(driver, login);
      case "oracle":
        return await openOracle(driver, login);
    }
  } catch (error) {
    throw unreachable(error, source);
  }
};

async function loadDriver(name: string): Promise<Driver> {
  try {
    const loaded = (await import(name)) as { readonly default?: Driver } & Driver;
    return loaded.default ?? loaded;
  } catch (cause) {
    const install = name.split("/", 1)[0] ?? name;
    throw new GluttonyError("source.driver_missing", { install }, { cause });
  }
}

/** As much of a driver as is used here. */
interface Driver {
  createConnection?(options: object): Promise<MysqlConnection>;
  readonly ConnectionPool?: new (options: object) => SqlServerPool;
  getConnection?(options: object): Promise<OracleConnection>;
  readonly OUT_FORMAT_OBJECT?: number;
}

interface MysqlConnection {
  on(event: "error", listener: () => void): unknown;
  query(query: object, values: readonly unknown[]): Promise<readonly [readonly object[], unknown]>;
  end(): Promise<void>;
  destroy(): void;
}

interface SqlServerPool {
  on(event: "error", listener: () => void): unknown;
  connect(): Promise<SqlServerPool>;
  request(): SqlServerRequest;
  close(): Promise<void>;
}

interface SqlServerRequest {
  input(name: string, value: unknown): SqlServerRequest;
  query(text: string): Promise<{ readonly recordset: readonly object[] }>;
}

interface OracleConnection {
  callTimeout: number;
  execute(
    text: string,
    values: readonly unknown[],
    options: object,
  ): Promise<{ readonly rows?: readonly object[] }>;
  close(): Promise<void>;
}

async function openMysql(driver: Driver, login: SourceLogin): Promise<OpenSource> {
  const { host, port, user, password, database, words } = login;
  const sslmode = (words.get("sslmode") ?? words.get("ssl-mode") ?? "").toLowerCase();
  const ssl = /^(?:require|verify)/.test(sslmode)
    ? { ssl: { rejectUnauthorized: sslmode.startsWith("verify") } }
    : {};
  const options = { host, port, user, password, connectTimeout: CONNECT_TIMEOUT_MS, ...ssl };
  const connection = await driver.createConnection?.(database === "" ? options : { ...options, database });
  if (connection === undefined) throw new Error("the driver has no createConnection");
  connection.on("error", () => undefined);
  return {
    async rows(statement, values = []) {
      const [rows] = await connection.query({ sql: statement, timeout: STATEMENT_TIMEOUT_MS }, [...values]);
      return rows.map(sourceRow);
    },
    close: () => connection.end().catch(() => connection.destroy()),
  };
}

async function openSqlServer(driver: Driver, login: SourceLogin): Promise<OpenSource> {
  const { host, port, user, password, database, words } = login;
  const isOn = (name: string, otherwise: boolean): boolean =>
    /^(?:true|yes|strict|mandatory)$/i.test(words.get(name) ?? String(otherwise));
  const { ConnectionPool } = driver;
  if (ConnectionPool === undefined) throw new Error("the driver has no ConnectionPool");
  const trust = isOn("trustservercertificate", isOn("trust server certificate", false));
  const pool = new ConnectionPool({
    server: host,
    port,
    user,
    password,
    ...(database === "" ? {} : { database }),
    connectionTimeout: CONNECT_TIMEOUT_MS,
    requestTimeout: STATEMENT_TIMEOUT_MS,
    pool: { max: 1 },
    options: { encrypt: isOn("encrypt", true), trustServerCertificate: trust },
  });
  pool.on("error", () => undefined);
  await pool.connect();
  return {
    async rows(statement, values = []) {
      const request = values.reduce<SqlServerRequest>(
        (asked, value, place) => asked.input(String(place + 1), value),
        pool.request(),
      );
      return (await request.query(statement)).recordset.map(sourceRow);
    },
    close: () => pool.close(),
  };
}

async function openOracle(driver: Driver, login: SourceLogin): Promise<OpenSource> {
  const { host, port, user, password, database } = login;
  const bracketed = host.includes(":") ? `[${host}]` : host;
  const connectString = `${bracketed}:${port}/${database}?connect_timeout=${CONNECT_TIMEOUT_MS / 1_000}`;
  const connection = await driver.getConnection?.({ user, password, connectString });
  if (connection === undefined) throw new Error("the driver has no getConnection");
  connection.callTimeout = STATEMENT_TIMEOUT_MS;
  return {
    async rows(statement, values = []) {
      const { rows } = await connection.execute(statement, values, { outFormat: driver.OUT_FORMAT_OBJECT });
      return (rows ?? []).map(sourceRow);
    },
    close: () => connection.close(),
  };
}

/** The codes with which the drivers say that the login was refused. */
const refusedLogin = /^(?:ER_ACCESS_DENIED_ERROR|ER_DBACCESS_DENIED_ERROR|ELOGIN|ORA-01017|NJS-116)$/;

function unreachable(error: unknown, source: DataSourceName): GluttonyError {
  const code = typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
  const shown = /^[A-Za-z0-9_-]{1,40}$/.test(code) ? code : "unknown";
  const facts = { data_source: source, driver_code: shown };
  return new GluttonyError(
    refusedLogin.test(shown) ? "connect.login_refused" : "connect.source_unreachable",
    facts,
  );
}
