import { type DataSourceName, GluttonyError } from "@gluttony/model";
import { otherAddress } from "./other-address.ts";
import type { SourceAddress } from "./source-address.ts";

const sslModes = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"] as const;
const TEXT_LENGTH_MAX = 4_096;

/**
 * Reads a connection string of any source. PostgreSQL's is a URL, the same behind `jdbc:`, or `key=value` pairs parted by spaces
 * (libpq) or semicolons (.NET). Throws `connect.conn_string_invalid` with a reason that repeats nothing of the text. Pure.
 */
export function parseConnString(text: string, dataSource: DataSourceName): SourceAddress {
  return dataSource === "postgresql" ? postgresAddress(text) : otherAddress(text, dataSource);
}

function postgresAddress(text: string): SourceAddress {
  const trimmed = text.trim().replace(/^jdbc:/i, "");
  if (trimmed.length > TEXT_LENGTH_MAX) throw invalid("it is too long");
  if (trimmed.includes("\0")) throw invalid("it holds a zero character");
  const isUrl = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed);
  return addressOf(isUrl ? wordsOfUrl(trimmed) : wordsOfPairs(trimmed));
}

type Words = ReadonlyMap<string, string>;

/** Names of .NET and of URLs as libpq calls them. */
const synonyms = new Map([
  ["server", "host"],
  ["database", "dbname"],
  ["username", "user"],
  ["user id", "user"],
  ["userid", "user"],
  ["uid", "user"],
  ["pwd", "password"],
  ["ssl mode", "sslmode"],
]);

/** What the connector's worker would need as files; they are not there, so leaving them out silently would mislead. */
const unsupported = new Set(["service", "sslcert", "sslkey", "sslrootcert", "sslpassword", "passfile"]);

function addressOf(words: Words): SourceAddress {
  for (const name of words.keys()) {
    if (unsupported.has(name)) throw invalid(`${name} is not passed on to the connector`);
  }
  const host = words.get("host") ?? words.get("hostaddr") ?? "";
  if (host === "") throw invalid("it names no host");
  if (host.startsWith("/") || host.startsWith("@")) throw invalid("its host is a socket's path");
  if (host.includes(",")) throw invalid("it names several hosts");
  if (!/^[A-Za-z0-9._:-]+$/.test(host)) throw invalid("its host holds characters that no host has");
  const user = words.get("user") ?? "";
  if (user === "") throw invalid("it names no user");
  return {
    dataSource: "postgresql",
    host,
    port: portOf(words.get("port") ?? ""),
    user,
    password: words.get("password") ?? "",
    database: words.get("dbname") || user,
    transport: { "database.sslmode": sslModeOf(words.get("sslmode") ?? "") },
  };
}

function portOf(text: string): number {
  if (text === "") return 5432;
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65_535)
    throw invalid("its port is not a number from 1 to 65535");
  return port;
}

function sslModeOf(text: string): (typeof sslModes)[number] {
  if (text === "") return "prefer";
  const mode = sslModes.find((known) => known === text.toLowerCase());
  if (mode === undefined) throw invalid(`its sslmode is not one of ${sslModes.join(", ")}`);
  return mode;
}

function wordsOfUrl(text: string): Words {
  const parts = /^postgres(?:ql)?:\/\/([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/is.exec(text);
  if (parts === null) throw invalid("its scheme is not postgresql");
  const [, authority = "", path = "", query = ""] = parts;
  const words = new Map<string, string>();
  const at = authority.lastIndexOf("@");
  if (at >= 0) {
    const [user = "", ...password] = authority.slice(0, at).split(":");
    words.set("user", decoded(user));
    if (password.length > 0) words.set("password", decoded(password.join(":")));
  }
  const place = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]*))(?::(.*))?$/is.exec(authority.slice(at + 1));
  if (place === null) throw invalid("its host cannot be read");
  words.set("host", place[1] ?? decoded(place[2] ?? ""));
  words.set("port", place[3] ?? "");
  words.set("dbname", decoded(path));
  for (const pair of query.split("&").filter((part) => part !== "")) {
    const [name = "", ...value] = pair.split("=");
    words.set(nameOf(decoded(name)), decoded(value.join("=")));
  }
  return words;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid("a % in it is not followed by two digits; write %25 for a %");
  }
}

function wordsOfPairs(text: string): Words {
  return isSemicolonForm(text) ? wordsOfSemicolons(text) : wordsOfSpaces(text);
}

function isSemicolonForm(text: string): boolean {
  return /^[A-Za-z ]+=[^;'=\s]*;/.test(text);
}

function wordsOfSemicolons(text: string): Words {
  const words = new Map<string, string>();
  for (const pair of text.split(";").filter((part) => part.trim() !== "")) {
    const at = pair.indexOf("=");
    if (at < 1) throw invalid("a part of it is not key=value");
    words.set(nameOf(pair.slice(0, at)), pair.slice(at + 1).trim());
  }
  return words;
}

function wordsOfSpaces(text: string): Words {
  const words = new Map<string, string>();
  const pair = /\s*([A-Za-z_]+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|((?:[^\s'\\]|\\.)(?:[^\s\\]|\\.)*)?)(?=\s|$)/gsy;
  while (pair.lastIndex < text.length) {
    const found = pair.exec(text);
    if (found === null) throw invalid("a part of it is not key=value");
    const [, name = "", quoted, plain = ""] = found;
    words.set(nameOf(name), (quoted ?? plain).replaceAll(/\\(.)/gs, "$1"));
  }
  return words;
}

function nameOf(written: string): string {
  const name = written.trim().toLowerCase();
  return synonyms.get(name) ?? name;
}

function invalid(reason: string): GluttonyError {
  return new GluttonyError("connect.conn_string_invalid", { reason });
}
