import { dataSourceOfClass } from "../policy/connector-classes.ts";
import type { ConnectorKind, RegisteredConnector } from "../ports.ts";
import { rememberedConfig } from "./three-way.ts";

interface Config {
  readonly [option: string]: string;
}

/** How a connector that a person wrote or adopted is remembered; who uses it stays as it was. Pure. */
export function registrationOf(
  config: Config,
  {
    name,
    kind,
    entry,
  }: { readonly name: string; readonly kind: ConnectorKind; readonly entry: RegisteredConnector | null },
): RegisteredConnector {
  const isPostgres = dataSourceOfClass(config["connector.class"] ?? "") === "postgresql";
  const place = `${config["database.hostname"] ?? ""}:${config["database.port"] ?? ""}/${config["database.dbname"] ?? ""}`;
  return {
    name,
    kind,
    consumerIds: entry?.consumerIds ?? [],
    sourceIdentity: `${dataSourceOfClass(config["connector.class"] ?? "") ?? "unknown"}:${place}`,
    topic: config["topic.prefix"] ?? name,
    connString: isPostgres ? connStringOf(config) : null,
    slot: isPostgres ? (config["slot.name"] ?? null) : null,
    publication: isPostgres ? (config["publication.name"] ?? null) : null,
    applied: rememberedConfig(config),
  };
}

/** Null where the password is a secret of the worker, which we cannot read. */
function connStringOf(config: Config): string | null {
  const password = config["database.password"] ?? "";
  const [host, user, database] = [
    config["database.hostname"],
    config["database.user"],
    config["database.dbname"],
  ];
  if (host === undefined || user === undefined || database === undefined || password.includes("${"))
    return null;
  const login = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  const bracketed = host.includes(":") ? `[${host}]` : host;
  const sslmode = config["database.sslmode"] ?? "";
  // Our own driver takes `prefer` for `require`.
  const demanded = /^(?:require|verify)/.test(sslmode) ? `?sslmode=${sslmode}` : "";
  return `postgresql://${login}@${bracketed}:${config["database.port"] ?? "5432"}/${encodeURIComponent(database)}${demanded}`;
}
