/** A mail server, as its address names it. */
export interface MailServer {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte (`smtps:`); else by STARTTLS. */
  readonly isTlsFirst: boolean;
}

const portOf = { "smtp:": 587, "smtps:": 465 } as const;

/** Reads `smtp://host:port` or `smtps://host:port`; null for anything else, as with a user, a path or a query. Pure. */
export function parseMailServer(written: string): MailServer | null {
  if (!URL.canParse(written)) return null;
  const { protocol, hostname, port, username, password, pathname, search, hash } = new URL(written);
  if (protocol !== "smtp:" && protocol !== "smtps:") return null;
  const isPlain = username === "" && password === "" && pathname.length <= 1 && search === "" && hash === "";
  if (!isPlain || hostname === "") return null;
  const host = hostname.startsWith("[") ? hostname.slice(1, -1) : hostname;
  return { host, port: port === "" ? portOf[protocol] : Number(port), isTlsFirst: protocol === "smtps:" };
}
