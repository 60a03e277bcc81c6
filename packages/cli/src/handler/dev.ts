import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { GluttonyError, toGluttonyError } from "@gluttony/model";
import type { DecodingOptions } from "@gluttony/sdk/codecs";
import { context } from "esbuild";
import type { BuildContext, BuildResult, Plugin } from "esbuild";
import { readAuthorPackage } from "./author-package.ts";
import type { AuthorPackage } from "./author-package.ts";
import { buildFailed, bundleOf, bundleOptions } from "./bundle.ts";
import type { Bundle } from "./bundle.ts";
import { inlineDevCell, processDevCell } from "./dev-cell.ts";
import { DevLoop } from "./dev-loop.ts";
import { endedNews, failedNews } from "./dev-news.ts";
import type { DevNews, Showing } from "./dev-news.ts";
import { madeUpRecords } from "./dev-records.ts";
import { openLiveRecords } from "./live-records.ts";
import type { LiveWish } from "./live-records.ts";
import { listFeed } from "./record-feed.ts";
import { readSample } from "./samples.ts";
import type { SampleFiles } from "./samples.ts";
import { stagePackage } from "./stage.ts";
import type { TopicFeed } from "./topic-feed.ts";

/** What is run while its author changes it. */
export interface DevOptions extends SampleFiles {
  /** The handler's name; may be left out where there is one only. */
  readonly handler?: string;
  /** Whether the handler runs in this process, for a debugger. */
  readonly isInline: boolean;
  /** Whether it ends after the first build was replayed. */
  readonly isOnce: boolean;
  /** The topic whose changes are run; left out for recorded ones. */
  readonly live?: LiveWish;
  readonly decoding: DecodingOptions;
  readonly showing: Showing;
}

/**
 * Builds a package at every change of its source and replays records on the newest build, until `signal` aborts. Each
 * build lies in a folder named by its hash and runs in a cell of its own, which is ready before the one before it ends; a
 * build that fails changes nothing. With `isOnce` it throws what went wrong, else it tells it and goes on. On live changes a newer
 * build goes on where the one before it ended; what ends the reading of the topic is thrown.
 */
export async function develop(root: string, options: DevOptions, around: DevAround): Promise<void> {
  const author = await readAuthorPackage(root);
  const handler = handlerOf(author, options.handler);
  const live = options.live === undefined ? null : await openLiveRecords(options.live, around.tell);
  const builds = join(author.root, ".gluttony", "dev");
  try {
    await rm(builds, { recursive: true, force: true });
    await mkdir(builds, { recursive: true });
    await developOn({ author, handler, builds, feed: live?.feed ?? null }, options, around);
  } finally {
    await live?.close();
    await rm(builds, { recursive: true, force: true });
  }
}

/** Who hears of what is developed, and ends it. */
export interface DevAround {
  readonly tell: (news: DevNews) => void;
  readonly signal: AbortSignal;
}

async function developOn(
  subject: Omit<DevParts, "loop" | "tell">,
  options: DevOptions,
  { tell, signal }: DevAround,
): Promise<void> {
  const fault = new AbortController();
  const loop = new DevLoop({
    tell,
    newsOf: (build, place, attempt) => endedNews(build, place, { attempt, showing: options.showing }),
    onFault: () => fault.abort(),
  });
  const session = new DevSession({ ...subject, loop, tell }, options);
  const watching = await context({ ...bundleOptions(subject.author), plugins: [session.plugin()] });
  const isOver = aborted(AbortSignal.any([signal, fault.signal]));
  try {
    if (options.isOnce) await once(watching, session, isOver);
    else await Promise.all([watching.watch(), isOver]);
  } finally {
    await watching.dispose();
    await session.settled();
    await loop.close();
  }
  if (loop.fault !== null) throw loop.fault;
}

async function once(watching: BuildContext, session: DevSession, isOver: Promise<void>): Promise<void> {
  await watching.rebuild().catch(() => undefined);
  await session.settled();
  await Promise.race([session.idle(), isOver]);
  if (session.fault !== null) throw session.fault;
}

async function aborted(signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function handlerOf({ name, handlers }: AuthorPackage, wanted: string | undefined): string {
  const names = handlers.map((one) => one.name);
  const [only] = names;
  if (wanted === undefined && only !== undefined && names.length === 1) return only;
  if (wanted === undefined) throw new GluttonyError("handler.ambiguous", { plugin: name, handlers: names });
  if (names.includes(wanted)) return wanted;
  throw new GluttonyError("handler.not_found", { plugin: name, handler: wanted, handlers: names });
}

interface DevParts {
  readonly author: AuthorPackage;
  readonly handler: string;
  readonly builds: string;
  readonly loop: DevLoop;
  readonly tell: (news: DevNews) => void;
  /** Live changes; null for recorded ones. */
  readonly feed: TopicFeed | null;
}

/** Takes what the compiler makes, one build after the other, and hands it to the loop. */
class DevSession {
  readonly #parts: DevParts;
  readonly #options: DevOptions;
  #tail: Promise<void> = Promise.resolve();
  #lastHash = "";
  #fault: GluttonyError | null = null;

  constructor(parts: DevParts, options: DevOptions) {
    this.#parts = parts;
    this.#options = options;
  }

  /** What the latest build failed of; null when it runs. */
  get fault(): GluttonyError | null {
    return this.#fault;
  }

  plugin(): Plugin {
    return {
      name: "gluttony-dev",
      setup: (build) => {
        build.onEnd((result) => {
          const startedMs = performance.now();
          // In order, and never two at a time.
          this.#tail = this.#tail.then(() => this.#take(result, startedMs));
        });
      },
    };
  }

  /** Resolves when every build so far is started or has failed. */
  async settled(): Promise<void> {
    await this.#tail;
  }

  idle(): Promise<void> {
    return this.#parts.loop.idle();
  }

  async #take(result: BuildResult, startedMs: number): Promise<void> {
    const { author, tell } = this.#parts;
    try {
      if (result.errors.length > 0) throw buildFailed(author, Object.assign(new Error("build"), result));
      const made = bundleOf(author, result);
      if (made.hash === this.#lastHash) return;
      await this.#start(made, startedMs);
      this.#lastHash = made.hash;
      this.#fault = null;
    } catch (error) {
      this.#fault = toGluttonyError(error);
      if (!this.#options.isOnce) tell(failedNews(this.#fault));
    }
  }

  async #start(made: Bundle, startedMs: number): Promise<void> {
    const { author, handler, builds, loop, tell, feed } = this.#parts;
    const folder = join(builds, made.hash);
    // Read anew with the manifest and the samples, which may have changed with the code.
    const current = await readAuthorPackage(author.root);
    const packed = await stagePackage(current, made, folder);
    const sample = await readSample(author.root, handler, this.#options);
    const plan = { folder, packed, handler, sample, decoding: this.#options.decoding };
    const cell = await (this.#options.isInline ? inlineDevCell(plan) : processDevCell(plan));
    tell({
      event: "built",
      build: made.hash,
      ms: Math.round(performance.now() - startedMs),
      isInline: this.#options.isInline,
    });
    const records = feed?.forBuild() ?? listFeed(sample.records ?? madeUpRecords());
    await loop.take({ hash: made.hash, cell, records });
  }
}
