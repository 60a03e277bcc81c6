import { isIPv4 } from "node:net";
import { GluttonyError } from "@gluttony/model";

/** Where the admin API listens, and who may use it. */
export interface AdminSettings {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Without one the API serves this machine only. */
  readonly token?: string | undefined;
  readonly version: string;
  /** Whether everything but reading and signing in and out is refused. */
  readonly isReadOnly?: boolean;
  /** How people tell this installation from others. */
  readonly environment?: { readonly name: string; readonly colour: string } | null;
}

/** Throws `config.listen_without_token` when anybody on the network could change consumers. */
export function requireTokenBeyondLoopback(settings: AdminSettings): void {
  if (hasToken(settings) || isLoopbackName(settings.host)) return;
  throw new GluttonyError("config.listen_without_token", { host: settings.host });
}

/** An empty token is no token. */
export function hasToken(settings: AdminSettings): boolean {
  return settings.token !== undefined && settings.token !== "";
}

/** Whether a host name, without a port, means this machine whatever a name server says. */
export function isLoopbackName(name: string): boolean {
  const bare = name.toLowerCase().replace(/^\[(.*)\]$/, "$1");
  return bare === "localhost" || bare === "::1" || (isIPv4(bare) && bare.startsWith("127."));
}
