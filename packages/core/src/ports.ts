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
  /** The consumer's name; consumers that wait for the same target take turns. */
  readonly consumer: string;
  /** Origins that the release was granted. */
  readonly grantedOrigins: readonly string[];
  readonly stop: CallStop;
  /** Asked right before the request is sent; when false nothing is sent (`handler.lease_lost`). */
  readonly mayCall?: () => boolean;
}

/**
 * Ends one call from outside. The caller sets `isStopped` and stops the listener, which whoever performs the call has
 * set. A plain object, since an AbortController costs a tenth of the whole call; the listener is an object, too: measured,
 * a closure stored here leaves the collector ten times more to keep.
 */
export interface CallStop {
  readonly isStopped: boolean;
  listener: { stop(): void } | null;
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

/** How sure the origin of a release is. */
export interface Verification {
  /** The registry's address, or `file` for a package file that a person gave. */
  readonly from: string;
  /** What was verified: `integrity`, `registry-signature`, `provenance` or `provenance+identity`. */
  readonly level: string;
}

/** What is kept of an install beside the release. */
export interface Installation {
  readonly by: string;
  /** Why, in the person's words; null when none was given. */
  readonly reason: string | null;
  /** The package file, which is kept with the release for hosts that lack it. */
  readonly file: string;
  /** The package file's hash, as npm writes it. */
  readonly integrity: string;
  readonly verification: Verification;
  /** Whether the release serves at once; else it is only there. */
  readonly activates: boolean;
}

/** A release that a consumer is held on. */
export interface PinnedRelease {
  readonly release: Release;
  /** The version that failed, when a host went back from it to this one; null when a person pinned it. */
  readonly insteadOf: string | null;
}

/** The releases that are installed and active; implemented on Postgres. */
export interface Releases {
  /** Every active release of a package, newest first. */
  active(packageName: string): Promise<readonly Release[]>;
  /** The release that a consumer is held on, also when it is not active; null when there is none. */
  pinned(packageName: string, consumerId: string): Promise<PinnedRelease | null>;
  /** The release that shadows a consumer, also when it is not active; null when there is none. */
  shadowing(packageName: string, consumerId: string): Promise<Release | null>;
  list(): Promise<readonly Release[]>;
  /**
   * Records a release, and activates it if asked, at one moment; idempotent for the same tree hash. Throws
   * `plugin.already_installed` when the version is there with another content.
   */
  install(release: Release, installation: Installation): Promise<void>;
  /** The file that a release was installed from; null when none is kept. */
  file(packageName: string, version: string): Promise<KeptFile | null>;
}

/** A package file as it is kept. */
export interface KeptFile {
  /** What it must hash to, as npm writes it. */
  readonly integrity: string;
  /** Its bytes in their order. */
  readonly parts: AsyncIterable<Uint8Array>;
}

/** One step of one record of one consumer, as `context.once` names it. */
export interface OnceStep {
  readonly consumerId: string;
  readonly idempotencyKey: string;
  readonly name: string;
}

/** What the ledger knows of a step that asks to begin. */
export type OnceClaim =
  | { readonly state: "claimed" }
  | { readonly state: "done"; readonly result: string | null }
  /** Claimed before by a process that never said how it went. */
  | { readonly state: "unknown" };

/** Remembers which steps were done. Implemented by `@gluttony/postgres`; every call is durable when it resolves. */
export interface OnceLedger {
  /** Only one caller ever claims a step; throws GluttonyError (`database.*`) when the ledger cannot be written. */
  claim(step: OnceStep): Promise<OnceClaim>;
  /** `result` is JSON text of at most 4 KiB, kept encrypted; null when the step returned nothing. */
  finish(step: OnceStep, result: string | null): Promise<void>;
  /** Gives a claim back: the step is known not to have had an effect. */
  release(step: OnceStep): Promise<void>;
}

/** One value that a handler remembers for a consumer. */
export interface StatePlace {
  readonly consumerId: string;
  /** Package and handler, without the version: a new release goes on with what the old one remembers. */
  readonly handler: string;
  readonly key: string;
}

/** Keeps what handlers remember. Implemented by `@gluttony/postgres`; values are JSON text, sealed at rest. */
export interface HandlerStates {
  get(place: StatePlace): Promise<string | null>;
  /** Durable when it resolves. Throws `state.full` for a new key beyond the bound. */
  set(place: StatePlace, value: string): Promise<void>;
  delete(place: StatePlace): Promise<void>;
}

/** What a host does for handlers outside of their cell. */
export interface HostMeans {
  readonly targets: TargetCaller;
  readonly once: OnceLedger;
  /** Left out where handlers remember nothing: then `context.state` is unavailable. */
  readonly states?: HandlerStates;
}

/** Reads secrets. */
export interface Secrets {
  /** The value that a reference names. Throws `secret.reference_missing`, which names the place and not the value. */
  resolve(reference: string): Promise<string>;
}
