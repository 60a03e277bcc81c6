import { GluttonyError } from "@gluttony/model";
import type pg from "pg";

/** Connection words of libpq and of .NET, as the driver calls them. */
const names: ReadonlyMap<string, "host" | "port" | "database" | "user" | "password"> = new Map([
  ["host", "host"],
  ["server", "host"],
  ["port", "port"],
  ["dbname", "database"],
  ["database", "database"],
  ["user", "user"],
  ["username", "user"],
  ["user id", "user"],
  ["userid", "user"],
  ["password", "password"],
]);

/**
 * Reads a PostgreSQL connection string: a URI, the same behind `jdbc:`, or `key=value` pairs parted by spaces
 * or semicolons. Throws `connect.source_unreachable` without quoting any of it.
 */
export function parseSourceAddress(connString: string): pg.ClientConfig {
  const text = connString.trim().replace(/^jdbc:/, "");
  if (/^postgres(ql)?:\/\//.test(text)) return { connectionString: requireUrl(text) };
  const config = parsePairs(text);
  if (config.host === undefined) throw unreadable();
  return config;
}

function requireUrl(text: string): string {
  if (!URL.canParse(text)) throw unreadable();
  return text;
}

function parsePairs(text: string): pg.ClientConfig {
  const pair = text.includes(";") ? /([^=;]+)=([^;]*)/g : /(\w+)\s*=\s*('(?:[^'\\]|\\.)*'|\S+)/g;
  const config: pg.ClientConfig = {};
  for (const [, key = "", value = ""] of text.matchAll(pair)) {
    const name = names.get(key.trim().toLowerCase());
    if (name === undefined) continue;
    if (name === "port") config.port = Number(value);
    else config[name] = unquoted(value.trim());
  }
  return config;
}

function unquoted(value: string): string {
  return /^'.*'$/s.test(value) ? value.slice(1, -1).replaceAll(/\\(.)/gs, "$1") : value;
}

function unreadable(): GluttonyError {
  return new GluttonyError("connect.source_unreachable", {
    reason: "conn_string cannot be read as PostgreSQL's",
  });
}
