import { GluttonyError } from "@gluttony/model";
import type { HttpClient } from "@gluttony/egress";
import { type ConnectRequest, routeOf } from "./allow-list.ts";
import { type Judged, judgeAnswer } from "./judge-answer.ts";
import { type ParsedStatus, parseStatus } from "./parse-status.ts";
import { validationFaults } from "./parse-validation.ts";
import type { ConnectorsCollaborators, ConnectorsSettings } from "./ports.ts";
import { type ScrubRules, scrubLine } from "./scrub.ts";

/** Steers one Connect cluster through a closed list of requests. Every method may be repeated. */
export interface ConnectClient {
  /** Throws `connect.rejected` with a fault per wrong option. */
  validate(plugin: string, config: { readonly [name: string]: string }, rules: ScrubRules): Promise<void>;
  /** Creates the connector or replaces its configuration. */
  configure(connector: string, config: { readonly [name: string]: string }, rules: ScrubRules): Promise<void>;
  /** Null when there is no such connector. */
  status(connector: string): Promise<ParsedStatus | null>;
  restart(connector: string): Promise<void>;
  delete(connector: string): Promise<void>;
  /** Whether any worker says that it is ready. Asks once. */
  isHealthy(): Promise<boolean>;
}

type Collaborators = Pick<ConnectorsCollaborators, "clock" | "random"> & { readonly http: HttpClient };

const REQUEST_TIMEOUT_MS = 30_000;
const BUSY_WAIT_MS = 60_000;
const PAUSE_FIRST_MS = 250;
const PAUSE_MAX_MS = 4_000;
const HEALTH_TIMEOUT_MS = 5_000;
const nothingToScrub: ScrubRules = { secrets: [], known: [] };

export function createConnectClient(
  collaborators: Collaborators,
  settings: ConnectorsSettings,
): ConnectClient {
  const workers = settings.workers.map(workerUrl);
  const busyWaitMs = settings.busyWaitMs ?? BUSY_WAIT_MS;
  const timeoutMs = settings.requestTimeoutMs ?? REQUEST_TIMEOUT_MS;
  const { clock, http } = collaborators;

  const askOnce = async (request: ConnectRequest, worker: string): Promise<Judged> => {
    const { path, ...rest } = routeOf(request);
    return judgeAnswer(await http.request({ url: `${worker}${path}`, ...rest, timeoutMs }));
  };

  /** Goes round the workers until one answers for good, with full jitter, for a bounded time. */
  const ask = async (request: ConnectRequest): Promise<Exclude<Judged, { is: "again" }>> => {
    const startedMs = clock.monotonicMs();
    for (let attempt = 0; ; attempt += 1) {
      const worker = workers[attempt % workers.length];
      if (worker === undefined) throw new GluttonyError("connect.not_configured");
      const judged = await askOnce(request, worker);
      if (judged.is !== "again") return judged;
      const pauseMs = Math.min(PAUSE_MAX_MS, PAUSE_FIRST_MS * 2 ** attempt) * collaborators.random();
      if (clock.monotonicMs() + pauseMs - startedMs > busyWaitMs) throw gaveUp(judged, worker, busyWaitMs);
      await clock.sleep(pauseMs);
    }
  };

  const askFor = async (request: ConnectRequest, rules: ScrubRules): Promise<unknown> => {
    const judged = await ask(request);
    if (judged.is === "rejected") throw rejection(judged, request, rules);
    if (judged.is === "missing")
      throw new GluttonyError("connect.rejected", { request: request.do, status: 404 });
    return judged.json;
  };

  return {
    async validate(plugin, config, rules) {
      const faults = validationFaults(await askFor({ do: "validate", plugin, config }, rules), rules);
      if (faults.length > 0)
        throw new GluttonyError("connect.rejected", { faults: faults.length }, { faults });
    },
    async configure(connector, config, rules) {
      await askFor({ do: "configure", connector, config }, rules);
    },
    async status(connector) {
      const judged = await ask({ do: "status", connector });
      if (judged.is === "missing") return null;
      if (judged.is === "rejected") throw rejection(judged, { do: "status", connector }, nothingToScrub);
      const status = parseStatus(judged.json);
      if (status === null) throw new GluttonyError("connect.rejected", { request: "status", connector });
      return status;
    },
    async restart(connector) {
      await askFor({ do: "restart", connector }, nothingToScrub);
    },
    async delete(connector) {
      const judged = await ask({ do: "delete", connector });
      if (judged.is === "rejected") throw rejection(judged, { do: "delete", connector }, nothingToScrub);
    },
    async isHealthy() {
      const answers = workers.map(async (worker) => {
        const { path, method } = routeOf({ do: "health" });
        const answer = await http.request({ url: `${worker}${path}`, method, timeoutMs: HEALTH_TIMEOUT_MS });
        return "status" in answer && answer.status === 200;
      });
      return (await Promise.all(answers)).includes(true);
    },
  };
}

/** Accepts `host:port` and URLs; a path, a query or a user is refused rather than carried along. */
function workerUrl(written: string): string {
  const text = /^https?:\/\//i.test(written) ? written : `http://${written}`;
  const url = URL.canParse(text) ? new URL(text) : null;
  const isPlain =
    url !== null && url.pathname === "/" && url.search === "" && url.username === "" && url.password === "";
  if (!isPlain) throw new GluttonyError("config.invalid", { CONNECT_HOST: "must be http://host:port" });
  return url.origin;
}

function gaveUp(
  judged: { readonly why: string; readonly reachedIt: boolean },
  worker: string,
  waitedMs: number,
): GluttonyError {
  const code = judged.reachedIt ? "connect.busy" : "connect.unreachable";
  return new GluttonyError(code, { worker, why: judged.why, waited_ms: waitedMs });
}

function rejection(
  { status, text }: { readonly status: number; readonly text: string },
  request: ConnectRequest,
  rules: ScrubRules,
): GluttonyError {
  return new GluttonyError("connect.rejected", {
    request: request.do,
    status,
    message: scrubLine(text, rules),
  });
}
