import { GluttonyError } from "@gluttony/model";
import type { Options } from "pacote";
import { createAllowedAgent } from "./allowed-agent.ts";
import type { AllowedAgent } from "./allowed-agent.ts";
import type { InstallPolicy } from "./policy.ts";

/** Which registry is asked, and as whom. */
export interface RegistryAddress {
  readonly url: string;
  /** Sent to this registry alone; null asks as nobody. */
  readonly token: string | null;
}

/** How patient an install is with a registry. */
export interface RegistryLimits {
  /** Milliseconds one request may take. */
  readonly requestMs: number;
  /** Milliseconds all requests of one step may take, attempts included. */
  readonly stepMs: number;
  /** Attempts after the first one, for each request. */
  readonly retries: number;
}

export const defaultRegistryLimits: RegistryLimits = { requestMs: 30_000, stepMs: 180_000, retries: 2 };

const retryFirstMs = 250;
const retryMaxMs = 2_000;

/** How pacote may reach the registry: with what, and nothing else. */
export interface RegistryAccess {
  readonly options: Options;
  readonly agent: AllowedAgent;
}

/** Everything that every request to the registry is made with. `cache` is a folder of this install alone. */
export function registryAccess(
  { url, token }: RegistryAddress,
  {
    policy,
    limits,
    cache,
  }: { readonly policy: InstallPolicy; readonly limits: RegistryLimits; readonly cache: string },
): RegistryAccess {
  const { origin, host, pathname } = new URL(url);
  const agent = createAllowedAgent([origin, ...policy.tarballOrigins]);
  const place = `//${host}${pathname.replace(/\/*$/, "/")}`;
  const options = {
    registry: url,
    cache,
    agent: agent.agent,
    ignoreScripts: true,
    fullMetadata: true,
    packumentCache: new Map(),
    timeout: limits.requestMs,
    signal: AbortSignal.timeout(limits.stepMs),
    fetchRetries: limits.retries,
    fetchRetryMintimeout: retryFirstMs,
    fetchRetryMaxtimeout: retryMaxMs,
    ...(token === null ? {} : { [`${place}:_authToken`]: token }),
    [`//${host}${pathname}:_keys`]: policy.registryKeys.map(({ keyid, key, expires }) => ({
      keyid,
      expires,
      pemkey: `-----BEGIN PUBLIC KEY-----\n${key}\n-----END PUBLIC KEY-----`,
    })),
  };
  return { options, agent };
}

/** Reads an address. Throws `plugin.registry_invalid`; a token is never sent over a wire that others can read. */
export function parseRegistry(written: string, token: string | null): RegistryAddress {
  const url = URL.canParse(written) ? new URL(written) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) throw invalid("It must be an http or https address.");
  if (url.username !== "" || url.search !== "" || url.hash !== "")
    throw invalid("It must hold no login, query or fragment.");
  const isLoopback = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(url.hostname);
  if (token !== null && url.protocol === "http:" && !isLoopback)
    throw invalid("A token is sent over https only.");
  return { url: url.href, token };
}

function invalid(seen: string): GluttonyError {
  return new GluttonyError("plugin.registry_invalid", { seen });
}
