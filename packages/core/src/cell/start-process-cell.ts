import { pathToFileURL } from "node:url";
import { realpathSync } from "node:fs";
import { GluttonyError, isCode } from "@gluttony/model";
import type { Code, Facts } from "@gluttony/model";
import { defaultMachine } from "./cell-machine.ts";
import type { CellOptions } from "./cell-options.ts";
import { pluginsOwn } from "./cell-log.ts";
import { releaseFacts } from "./cell-plan.ts";
import type { CellCollaborators, CellPlan } from "./cell-plan.ts";
import { exitWhileLoading } from "./exit-while-loading.ts";
import {
  FrameDecoder,
  FrameError,
  cellFrameBytesMax,
  decodeJson,
  encodeJsonFrame,
  frameTypes,
} from "./frames.ts";
import type { Frame } from "./frames.ts";
import { cellMagic, cellProtocols, parseHello, parseRefused } from "./messages.ts";
import type { StartMessage } from "./messages.ts";
import { PluginOutput } from "./plugin-output.ts";
import { ProcessCell } from "./process-cell.ts";
import { spawnCell } from "./spawn-cell.ts";
import type { SpawnedCell } from "./spawn-cell.ts";

/** How a start is told apart from a failure. */
type StartStep = { readonly ready: true } | { readonly code: Code; readonly detail: string };

/**
 * Starts a process, greets it, and has it load the plugin. Throws GluttonyError with the code that names what
 * is wrong; nothing is left behind then.
 */
export async function startProcessCell(
  plan: CellPlan,
  collaborators: CellCollaborators,
  options: CellOptions,
): Promise<ProcessCell> {
  const { log } = collaborators;
  const facts = releaseFacts(plan.release);
  const spawned = await spawnCell(plan.release, options.machine ?? defaultMachine());
  const { unreadable } = spawned;
  if (unreadable !== null) log.warn("The cell runs as the host's own user.", { ...facts, unreadable });
  const privacy = { hasSeenRecords: false };
  const output = new PluginOutput(spawned.output, (line, dropped) => {
    if (privacy.hasSeenRecords && !options.logsOutput) return;
    log.info("The plugin printed a line.", {
      ...facts,
      line,
      ...(dropped === 0 ? {} : { dropped }),
      ...pluginsOwn,
    });
  });
  const decoder = new FrameDecoder(cellFrameBytesMax);
  const start = new Greeting(plan, spawned, decoder);
  const late = setTimeout(() => log.warn("The cell is slow to greet.", facts), options.greetingMs);
  const step = await start.outcome(options.startMs);
  clearTimeout(late);
  if ("ready" in step) {
    return new ProcessCell(
      { plan, spawned, decoder, privacy, output, leftover: start.leftover },
      collaborators,
      options,
    );
  }
  await endOf(spawned);
  await output.whenRead();
  const code = output.isHeapExhausted ? "plugin.memory" : step.code;
  throw new GluttonyError(code, { ...facts, seen: step.detail, ...tailFact(output.tail()) });
}

// No record was seen, so the plugin's last lines hold none.
function tailFact(tail: string): Facts {
  return tail === "" ? {} : { printed: tail };
}

/** Kills the process and waits until the kernel says that it is gone. */
async function endOf(spawned: SpawnedCell): Promise<void> {
  const { child } = spawned;
  const isOver = child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
  const over = isOver
    ? Promise.resolve()
    : new Promise<void>((resolve) => child.once("exit", () => resolve()));
  spawned.kill();
  await over;
  spawned.channel.destroy();
  await spawned.clear();
}

/** The frames until the plugin is loaded. The first that does not belong here ends the start. */
class Greeting {
  readonly #plan: CellPlan;
  readonly #spawned: SpawnedCell;
  readonly #decoder: FrameDecoder;
  #hasGreeted = false;
  #lastFrameAt = 0;
  #finish: ((step: StartStep) => void) | undefined;
  /** Frames that came in one read with the last one of the start. */
  readonly leftover: Frame[] = [];

  constructor(plan: CellPlan, spawned: SpawnedCell, decoder: FrameDecoder) {
    this.#plan = plan;
    this.#spawned = spawned;
    this.#decoder = decoder;
  }

  async outcome(startMs: number): Promise<StartStep> {
    const { child, channel } = this.#spawned;
    const read = (chunk: Buffer): void => this.#read(chunk);
    const exited = (code: number | null, signal: string | null): void =>
      this.#stop(exitWhileLoading(code, signal));
    const failed = (error: Error): void => this.#stop({ code: "plugin.import_failed", detail: error.name });
    // A pipe that breaks is always followed by the process's own end, which tells more.
    const broken = (): void => undefined;
    channel.on("data", read).on("error", broken);
    child.once("exit", exited).once("error", failed);
    const timer = setTimeout(() => this.#stop(this.#lateStep(startMs)), startMs);
    const step = await new Promise<StartStep>((resolve) => {
      this.#finish = resolve;
    });
    clearTimeout(timer);
    channel.off("data", read);
    child.off("exit", exited).off("error", failed);
    return step;
  }

  #stop(step: StartStep): void {
    // What follows belongs to the running cell; nothing may be lost before it listens.
    this.#spawned.channel.pause();
    this.#finish?.(step);
    this.#finish = undefined;
  }

  /** A loop that turns waits for an import; one that does not is blocked by it. */
  #lateStep(startMs: number): StartStep {
    const isLoopAlive = this.#hasGreeted && performance.now() - this.#lastFrameAt < beatAgeMaxMs;
    const detail = `Not loaded after ${startMs} ms.`;
    if (isLoopAlive) return { code: "plugin.import_never_settled", detail };
    return { code: "plugin.start_timeout", detail: `${detail} Its loop is blocked.` };
  }

  #read(chunk: Buffer): void {
    this.#lastFrameAt = performance.now();
    try {
      for (const frame of this.#decoder.push(chunk)) this.#take(frame);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.#stop({ code: "plugin.protocol_violation", detail: error.message });
    }
  }

  #take(frame: Frame): void {
    const { type, payload } = frame;
    if (this.#finish === undefined) this.leftover.push(frame);
    else if (!this.#hasGreeted) this.#greet(type, payload);
    else if (type === frameTypes.ready) this.#stop({ ready: true });
    else if (type === frameTypes.refused) this.#stop(refusedStep(payload));
    else if (type !== frameTypes.heartbeat && type !== frameTypes.log) {
      throw new FrameError(`A frame of type ${type} came before the plugin was loaded.`);
    }
  }

  #greet(type: number, payload: Buffer): void {
    if (type !== frameTypes.hello) throw new FrameError("The first frame is not a greeting.");
    const hello = parseHello(decodeJson(payload));
    if (!hello.protocols.some((protocol) => cellProtocols.includes(protocol))) {
      this.#stop({
        code: "plugin.protocol_unsupported",
        detail: `The cell speaks ${hello.protocols.join(", ")}.`,
      });
      return;
    }
    this.#hasGreeted = true;
    const { handlers, release } = this.#plan;
    const rootUrl = `${pathToFileURL(realpathSync(release.root)).href}/`;
    const message: StartMessage = { magic: cellMagic, protocols: cellProtocols, rootUrl, handlers };
    this.#spawned.channel.write(encodeJsonFrame(frameTypes.start, message));
  }
}

/** How long ago a cell whose loop turns was heard of at most: it beats once a second. */
const beatAgeMaxMs = 3_000;

function refusedStep(payload: Buffer): StartStep {
  const { code, detail } = parseRefused(decodeJson(payload));
  return { code: isCode(code) ? code : "plugin.import_failed", detail };
}
