import { deliverPatient } from "./prove-main-job.ts";
import { demoConsumers } from "./demo-consumers.ts";
import { readProgress } from "./consumer-progress.ts";
import { hostDataFolder } from "./demo-host.ts";
import type { DemoParts } from "./demo-parts.ts";
import { actionOf, isInterrupt, type KeyAction, keyLines } from "./key-action.ts";
import type { Report } from "./report.ts";

const BURST_CHANGES = 1_000;
const EMPI_FAILS_MS = 30_000;
const LOG_LINES = 20;

/** Why the demo ends. */
export type Leaving = "keep" | "wipe";

/** Keeps the hospital moving and answers keys until a person or a signal ends it. */
export async function stay(parts: DemoParts, report: Report, signal: AbortSignal): Promise<Leaving> {
  const mending = new AbortController();
  parts.life.start();
  try {
    return await new Promise<Leaving>((resolve, reject) => {
      signal.addEventListener("abort", () => resolve("keep"), { once: true });
      if (signal.aborted) resolve("keep");
      void parts.host.process.ended.then(() => {
        if (!signal.aborted)
          reject(parts.host.process.fault("environment.process_failed", "the host ended by itself"));
      });
      listenToKeys(mending.signal, (key) => {
        if (isInterrupt(key)) return void process.kill(process.pid, "SIGINT");
        const action = actionOf(key);
        if (action === "quit" || action === "wipe") return resolve(action === "wipe" ? "wipe" : "keep");
        if (action !== undefined) void act(action, parts, { report, signal, mending: mending.signal });
      });
    });
  } finally {
    mending.abort();
    await parts.life.stop();
  }
}

/** Reads single keys where there is a terminal. */
function listenToKeys(until: AbortSignal, onKey: (key: string) => void): void {
  const { stdin } = process;
  if (!stdin.isTTY) return;
  const onData = (bytes: Buffer): void => {
    for (const key of bytes.toString("utf8")) onKey(key);
  };
  stdin.setRawMode(true);
  stdin.on("data", onData);
  stdin.resume();
  until.addEventListener("abort", () => {
    stdin.off("data", onData);
    stdin.setRawMode(false);
    stdin.pause();
  });
}

interface Acting {
  readonly report: Report;
  readonly signal: AbortSignal;
  /** Aborted when the demo leaves. */
  readonly mending: AbortSignal;
}

type Action = Exclude<KeyAction, "quit" | "wipe">;

/** A key that fails says so and leaves the demo running. */
async function act(action: Action, parts: DemoParts, acting: Acting): Promise<void> {
  try {
    for (const line of await ACTIONS[action](parts, acting)) acting.report.say(`  ${line}`);
  } catch (error) {
    if (acting.mending.aborted) return;
    acting.report.say(`  ${action}: ${error instanceof Error ? error.message : "failed"}`);
  }
}

const ACTIONS: Readonly<Record<Action, (parts: DemoParts, acting: Acting) => Promise<readonly string[]>>> = {
  async insert({ stubs, life, host }, { signal }) {
    const place = { empi: stubs.empi, insertPatient: () => life.insertPatient(), logFile: host.logFile };
    const { patientId, commitToAckMs } = await deliverPatient(place, signal);
    return [`INSERT patient ${patientId}   commit to acknowledgement: ${commitToAckMs} ms`];
  },
  async burst({ life }) {
    const begun = performance.now();
    await life.burst(BURST_CHANGES);
    return [
      `${BURST_CHANGES} changes committed in ${Math.round(performance.now() - begun)} ms; [s] shows how they are worked off`,
    ];
  },
  async fail({ stubs }, { mending }) {
    await stubs.empi.setMode({ mode: "unavailable" });
    const mend = setTimeout(() => void stubs.empi.setMode({ mode: "ok" }), EMPI_FAILS_MS);
    mending.addEventListener("abort", () => clearTimeout(mend), { once: true });
    return [`the EMPI answers 503 for ${EMPI_FAILS_MS / 1_000} s; nothing is lost, see [s]`];
  },
  shell: async ({ postgres }) => [`psql ${postgres.url("his_demo")}`, `psql ${postgres.url("gluttony")}`],
  logs: async ({ host }) => [...host.process.tail(LOG_LINES), `all of it: ${host.logFile}`],
  async status({ host }) {
    const seen = await Promise.all(demoConsumers.map(({ name }) => readProgress(host, name)));
    return demoConsumers.map(({ name }, index) => {
      const { state, cause, lagRecords, done, parked } = seen[index] ?? NOTHING_SEEN;
      return `${name}  ${state}${cause === null ? "" : ` (${cause})`}  waiting ${lagRecords ?? "?"}  done ${done}  parked ${parked}`;
    });
  },
};

const NOTHING_SEEN = { state: "unknown", cause: null, lagRecords: null, done: "?", parked: "?" };

/** The names under which `gluttony` commands in another shell reach the demo's host. */
function commandNames(folder: string, hostUrl: string, databaseUrl: string): string {
  return [
    `DATABASE_URL=${databaseUrl}`,
    `GLUTTONY_ADMIN_LISTEN=${new URL(hostUrl).host}`,
    `GLUTTONY_DATA_DIR=${hostDataFolder(folder)}`,
  ].join(" ");
}

/** What is where, told when everything runs. */
export function summaryLines({ folder, host, stubs, postgres }: DemoParts): readonly string[] {
  const keys = process.stdin.isTTY ? ["", ...keyLines] : ["", "Ctrl-C quits and keeps the data."];
  return [
    "",
    `API        ${host.url}/api/v1/consumers`,
    `Metrics    ${host.url}/metrics   Readiness ${host.url}/readyz`,
    `EMPI stub  ${stubs.empi.url}   control ${stubs.empi.controlUrl}`,
    `CDSS stub  ${stubs.cdss.url}   control ${stubs.cdss.controlUrl}`,
    `Postgres   ${postgres.url("his_demo")}`,
    `Data       ${folder}`,
    `Commands   export ${commandNames(folder, host.url, postgres.url("gluttony"))}`,
    ...keys,
  ].map((line) => (line === "" ? "" : ` ${line}`));
}
