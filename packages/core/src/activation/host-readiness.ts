import { toGluttonyError } from "@gluttony/model";
import type { Release } from "@gluttony/model";
import type { CellMachine } from "../cell/cell-machine.ts";
import { provideRelease } from "../install/provide-release.ts";
import { tryRelease } from "../install/try-release.ts";
import type { HostLog, Releases } from "../ports.ts";

/** What a host says of one release: that it can run it, or why not. */
export type ReadinessReport =
  | { readonly isReady: true }
  | { readonly isReady: false; readonly code: string; readonly message: string };

/** Where one host's reports are kept; implemented on Postgres. */
export interface ReadinessBook {
  /** Releases that are active or pinned and of which this host has not said that it is ready; not those just tried. */
  pending(): Promise<readonly Release[]>;
  report(release: Release, report: ReadinessReport): Promise<void>;
  /** Takes everything back that this host said: it begins anew, or it stops. */
  forget(): Promise<void>;
}

/** What a host needs to get releases ready. */
export interface ReadinessCollaborators {
  readonly book: ReadinessBook;
  readonly releases: Pick<Releases, "file">;
  readonly log: HostLog;
}

/** Where a host's releases lie, and what its machine gives to cells: the host's own Node when it is left out. */
export interface ReadinessSettings {
  readonly storeDir: string;
  readonly machine?: CellMachine;
}

/**
 * Gets every release that is active or pinned onto this host, tries it in a cell of its own, and says how that went, so
 * that people see an activation is complete before a consumer depends on it. One release at a time.
 */
export class HostReadiness {
  readonly #with: ReadinessCollaborators;
  readonly #settings: ReadinessSettings;
  #isAsked = true;
  #ring: () => void = () => undefined;

  constructor(collaborators: ReadinessCollaborators, settings: ReadinessSettings) {
    this.#with = collaborators;
    this.#settings = settings;
  }

  /** Something may have been activated, installed or pinned. Called at every notification, and once a minute. */
  wake(): void {
    this.#isAsked = true;
    this.#ring();
  }

  /** Works until the signal. A database that is away is asked again at the next wake. */
  async run(signal: AbortSignal): Promise<void> {
    const { book, log } = this.#with;
    const ended = (): void => this.#ring();
    signal.addEventListener("abort", ended);
    let isFirst = true;
    while (!signal.aborted) {
      await this.#asked(signal);
      if (signal.aborted) break;
      try {
        if (isFirst) await book.forget();
        isFirst = false;
        await this.#round(signal);
      } catch (error) {
        log.debug("What is ready cannot be told.", { code: toGluttonyError(error).code });
      }
    }
    signal.removeEventListener("abort", ended);
    await book.forget().catch(() => undefined);
  }

  async #asked(signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#ring = resolve;
      if (this.#isAsked || signal.aborted) resolve();
    });
    this.#isAsked = false;
  }

  async #round(signal: AbortSignal): Promise<void> {
    const { book, log } = this.#with;
    for (const release of await book.pending()) {
      if (signal.aborted) return;
      const report = await this.#tried(release);
      const facts = { plugin: release.package, version: release.version };
      if (report.isReady) log.info("A release is ready on this host.", facts);
      else log.warn("A release is not ready on this host.", { ...facts, code: report.code });
      await book.report(release, report);
    }
  }

  async #tried(release: Release): Promise<ReadinessReport> {
    try {
      const { storeDir, machine } = this.#settings;
      await provideRelease(release, this.#with, storeDir);
      await tryRelease(release, this.#with.log, machine);
      return { isReady: true };
    } catch (thrown) {
      const { code, message } = toGluttonyError(thrown);
      return { isReady: false, code, message };
    }
  }
}
