import type { LogFacts } from "@gluttony/sdk";
import type { Failure, Release } from "@gluttony/model";

/** A request of a handler, as the host performs it. */
export interface HostFetchRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: { readonly [name: string]: string };
  readonly body: Uint8Array | null;
  /** Milliseconds for the whole exchange. */
  readonly timeoutMs: number;
  readonly idempotencyKey: string;
  /** Origins that the release was granted. */
  readonly grantedOrigins: readonly string[];
  readonly signal: AbortSignal;
}

/** The whole answer of a target. */
export interface HostFetchResponse {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly body: Uint8Array;
}

/** Performs calls to targets. Resolves with the answer or with the failure; never rejects. */
export interface TargetCaller {
  call(request: HostFetchRequest): Promise<HostFetchResponse | { readonly failure: Failure }>;
}

/** Where the host's log lines go; facts never hold row values. */
export interface HostLog {
  debug(message: string, facts?: LogFacts): void;
  info(message: string, facts?: LogFacts): void;
  warn(message: string, facts?: LogFacts): void;
  error(message: string, facts?: LogFacts): void;
}

/** The releases that are installed and active; implemented on Postgres. */
export interface Releases {
  /** Every active release of a package, newest first. */
  active(packageName: string): Promise<readonly Release[]>;
  list(): Promise<readonly Release[]>;
  /** Records a release and makes it active; idempotent for the same tree hash. */
  activate(release: Release, by: string): Promise<void>;
}
