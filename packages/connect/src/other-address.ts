import { type DataSourceName, GluttonyError } from "@gluttony/model";
import { parseSourceLogin } from "./checks/source-login.ts";
import type { SourceAddress } from "./source-address.ts";

type Words = ReadonlyMap<string, string>;
type OtherSource = Exclude<DataSourceName, "postgresql">;

/** What needs files or a domain that the worker does not have; leaving it out silently would mislead. */
const unsupported =
  /^(?:ssl[- ]?(?:ca|cert|key|rootcert)|.*(?:keystore|truststore).*|integrated ?security|trusted_connection|authentication|failover ?partner)$/;

/**
 * Reads the connection string of a source that is no PostgreSQL, and what it says of encryption as the connector's own options.
 * Throws `connect.conn_string_invalid`, which repeats nothing of it. Pure.
 */
export function otherAddress(text: string, dataSource: OtherSource): SourceAddress {
  const { host, port, user, password, database, words } = parseSourceLogin(text, dataSource);
  for (const name of words.keys()) {
    if (unsupported.test(name))
      throw invalid("it asks for files or a domain login, which no connector is given");
  }
  // SQL Server's connector captures named databases, and Oracle is asked for a service.
  if (database === "" && (dataSource === "mssql" || dataSource === "oracle"))
    throw invalid("it names no database");
  return { dataSource, host, port, user, password, database, transport: transports[dataSource](words) };
}

const transports: { readonly [source in OtherSource]: (words: Words) => SourceAddress["transport"] } = {
  mysql: (words) => ({ "database.ssl.mode": mysqlSslMode(words) }),
  mariadb: (words) => ({ "database.ssl.mode": mariadbSslMode(words) }),
  mssql: sqlServerTransport,
  oracle: () => ({}),
};

const mysqlSslModes: ReadonlyMap<string, string> = new Map([
  ["", "preferred"],
  ["disable", "disabled"],
  ["disabled", "disabled"],
  ["allow", "preferred"],
  ["prefer", "preferred"],
  ["preferred", "preferred"],
  ["require", "required"],
  ["required", "required"],
  ["verify-ca", "verify_ca"],
  ["verify_ca", "verify_ca"],
  ["verify-full", "verify_identity"],
  ["verify_identity", "verify_identity"],
]);

function mysqlSslMode(words: Words): string {
  return known(mysqlSslModes, sslWord(words), "sslmode");
}

/** MariaDB's driver encrypts or does not; it never tries first. */
const mariadbSslModes: ReadonlyMap<string, string> = new Map([
  ["", "disable"],
  ["disable", "disable"],
  ["disabled", "disable"],
  ["trust", "trust"],
  ["require", "trust"],
  ["required", "trust"],
  ["verify-ca", "verify-ca"],
  ["verify_ca", "verify-ca"],
  ["verify-full", "verify-full"],
  ["verify_identity", "verify-full"],
]);

function mariadbSslMode(words: Words): string {
  return known(mariadbSslModes, sslWord(words), "sslmode");
}

function sslWord(words: Words): string {
  const mode = words.get("sslmode") ?? words.get("ssl-mode") ?? words.get("ssl mode");
  if (mode !== undefined) return mode.toLowerCase();
  const wants = (words.get("usessl") ?? words.get("ssl") ?? "").toLowerCase();
  if (wants === "") return "";
  return yes.has(wants) ? "require" : "disable";
}

const yes: ReadonlySet<string> = new Set(["true", "yes", "1", "on", "mandatory"]);
const truths: ReadonlyMap<string, string> = new Map([
  ["true", "true"],
  ["yes", "true"],
  ["mandatory", "true"],
  ["false", "false"],
  ["no", "false"],
  ["optional", "false"],
]);

function sqlServerTransport(words: Words): SourceAddress["transport"] {
  const trust = words.get("trustservercertificate") ?? words.get("trust server certificate") ?? "false";
  const instance = words.get("instancename") ?? words.get("instance");
  const intent = words.get("applicationintent") ?? words.get("application intent");
  return {
    "driver.encrypt": known(truths, (words.get("encrypt") ?? "true").toLowerCase(), "encrypt"),
    "driver.trustServerCertificate": known(truths, trust.toLowerCase(), "trustServerCertificate"),
    ...(instance === undefined ? {} : { "database.instance": instance }),
    ...(intent === undefined
      ? {}
      : { "driver.applicationIntent": known(intents, intent.toLowerCase(), "applicationIntent") }),
  };
}

const intents: ReadonlyMap<string, string> = new Map([
  ["readonly", "ReadOnly"],
  ["readwrite", "ReadWrite"],
]);

function known(values: ReadonlyMap<string, string>, written: string, name: string): string {
  const value = values.get(written);
  if (value !== undefined) return value;
  throw invalid(`its ${name} is not one of ${[...values.keys()].filter((one) => one !== "").join(", ")}`);
}

function invalid(reason: string): GluttonyError {
  return new GluttonyError("connect.conn_string_invalid", { reason });
}
