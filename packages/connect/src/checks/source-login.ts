import { type DataSourceName, GluttonyError } from "@gluttony/model";

/** Where a source is and who asks, for the drivers of the checks. The password is in clear. */
export interface SourceLogin {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** The database; Oracle's service. */
  readonly database: string;
  /** Further words as they were written, in small letters. */
  readonly words: ReadonlyMap<string, string>;
}

const TEXT_LENGTH_MAX = 4_096;
const ports: { readonly [source in DataSourceName]: number } = {
  postgresql: 5432,
  mysql: 3306,
  mariadb: 3306,
  mssql: 1433,
  oracle: 1521,
};
const synonyms = new Map([
  ["server", "host"],
  ["data source", "host"],
  ["addr", "host"],
  ["address", "host"],
  ["servername", "host"],
  ["database", "database"],
  ["databasename", "database"],
  ["initial catalog", "database"],
  ["dbname", "database"],
  ["user id", "user"],
  ["userid", "user"],
  ["username", "user"],
  ["uid", "user"],
  ["pwd", "password"],
  ["portnumber", "port"],
]);

/**
 * Reads the connection string of any source: a URL, the same behind `jdbc:`, `key=value;` pairs as .NET and SQL Server's driver write
 * them, or Oracle's `user/password@//host:port/service`. Throws `connect.conn_string_invalid`, which repeats nothing of it. Pure.
 */
export function parseSourceLogin(text: string, source: DataSourceName): SourceLogin {
  const trimmed = text.trim();
  if (trimmed.length > TEXT_LENGTH_MAX) throw invalid("it is too long");
  const plain = trimmed.replace(/^jdbc:/i, "").replace(/^oracle:thin:/i, "");
  const words =
    source === "oracle" && !/^oracle:\/\//i.test(plain) ? wordsOfOracle(plain) : wordsOfOthers(plain);
  return loginOf(words, source);
}

function wordsOfOthers(text: string): Map<string, string> {
  const url = /^[a-z][a-z0-9+.-]*:\/\/([\s\S]*)$/i.exec(text)?.[1];
  if (url === undefined) return wordsOfPairs(text);
  const [place = "", ...pairs] = url.split(";");
  // SQL Server's driver writes its words behind semicolons, others behind a question mark.
  const words = wordsOfPlace(place);
  for (const [name, value] of wordsOfPairs(pairs.join(";"))) words.set(name, value);
  return words;
}

function wordsOfPlace(url: string): Map<string, string> {
  const [, login, place = "", path = "", query = ""] =
    /^(?:([\s\S]*)@)?([^/?]*)(?:\/([^?]*))?(?:\?([\s\S]*))?$/.exec(url) ?? [];
  const words = new Map<string, string>();
  setPlace(words, place);
  if (path !== "") words.set("database", decoded(path));
  if (login !== undefined) {
    const [user = "", ...password] = login.split(":");
    words.set("user", decoded(user));
    words.set("password", decoded(password.join(":")));
  }
  for (const pair of query.split("&").filter((part) => part !== "")) {
    const [name = "", ...value] = pair.split("=");
    words.set(nameOf(decoded(name)), decoded(value.join("=")));
  }
  return words;
}

function wordsOfPairs(text: string): Map<string, string> {
  const words = new Map<string, string>();
  for (const pair of text.split(";").filter((part) => part.trim() !== "")) {
    const at = pair.indexOf("=");
    if (at < 1) throw invalid("a part of it is not key=value");
    const [name, value] = [nameOf(pair.slice(0, at)), pair.slice(at + 1).trim()];
    // .NET writes a port behind a comma.
    if (name === "host") setPlace(words, value.replace(/^tcp:/i, "").replace(",", ":"));
    else words.set(name, value);
  }
  return words;
}

function wordsOfOracle(text: string): Map<string, string> {
  const [, user = "", password = "", place = ""] = /^([^/]*)\/([\s\S]*)@(?:\/\/)?([^@]*)$/.exec(text) ?? [];
  const [, address = "", service = ""] = /^([^/]+)[/:]([^/:]+)$/.exec(place.replace(/:(\d+):/, ":$1/")) ?? [];
  const words = new Map([
    ["user", user],
    ["password", password],
    ["database", service],
  ]);
  setPlace(words, address);
  return words;
}

function setPlace(words: Map<string, string>, place: string): void {
  const [, host = "", port] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(place.trim()) ?? [];
  if (host !== "") words.set("host", host.replace(/^\[|\]$/g, ""));
  if (port !== undefined) words.set("port", port);
}

function loginOf(words: ReadonlyMap<string, string>, source: DataSourceName): SourceLogin {
  const host = words.get("host") ?? "";
  if (!/^[A-Za-z0-9._:-]+$/.test(host)) throw invalid("it names no host, or one that no host is called");
  const port = Number(words.get("port") ?? ports[source]);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw invalid("its port is not a number from 1 to 65535");
  const user = words.get("user") ?? "";
  if (user === "") throw invalid("it names no user");
  const database = words.get("database") ?? "";
  return { host, port, user, password: words.get("password") ?? "", database, words };
}

function nameOf(written: string): string {
  const name = written.trim().toLowerCase();
  return synonyms.get(name) ?? name;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid("a % in it is not followed by two digits; write %25 for a %");
  }
}

function invalid(reason: string): GluttonyError {
  return new GluttonyError("connect.conn_string_invalid", { reason });
}
