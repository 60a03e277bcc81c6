import type { HttpClient } from "@gluttony/egress";
import { GluttonyError } from "@gluttony/model";
import { type ConnectRequest, routeOf } from "../allow-list.ts";
import { type Again, type Judged, judgeAnswer } from "../judge-answer.ts";
import type { ConnectorsCollaborators, ConnectorsSettings } from "../ports.ts";
import { isRepeatable, readBackOf } from "./read-back.ts";

/** An answer for good: asking again would change nothing. */
export type Answered = Exclude<Judged, Again>;

/** Asks one Connect cluster. */
export interface Asking {
  /**
   * Goes round the workers until one answers for good, with full jitter, for a bounded time. Throws `connect.unreachable`,
   * `connect.busy`, `connect.outcome_unknown`.
   */
  ask(request: ConnectRequest): Promise<Answered>;
  /** Whether any worker says that it is ready; asks each once. */
  isHealthy(): Promise<boolean>;
}

type Collaborators = Pick<ConnectorsCollaborators, "clock" | "random"> & { readonly http: HttpClient };

const REQUEST_TIMEOUT_MS = 30_000;
const BUSY_WAIT_MS = 60_000;
const PAUSE_FIRST_MS = 250;
const PAUSE_MAX_MS = 4_000;
const HEALTH_TIMEOUT_MS = 5_000;

export function createAsking(collaborators: Collaborators, settings: ConnectorsSettings): Asking {
  const workers = settings.workers.map(workerUrl);
  const busyWaitMs = settings.busyWaitMs ?? BUSY_WAIT_MS;
  const timeoutMs = settings.requestTimeoutMs ?? REQUEST_TIMEOUT_MS;
  const { clock, http } = collaborators;

  const askOnce = async (request: ConnectRequest, worker: string): Promise<Judged> => {
    const { path, ...rest } = routeOf(request);
    return judgeAnswer(await http.request({ url: `${worker}${path}`, ...rest, timeoutMs }));
  };

  /** The worker that just lost the answer may be gone, so another one is asked what became of it. */
  const hasHappened = async (request: ConnectRequest, attempt: number): Promise<boolean> => {
    const readBack = readBackOf(request);
    const other = workers[(attempt + 1) % workers.length];
    if (readBack === null || other === undefined) return false;
    return readBack.hasHappened(await askOnce(readBack.ask, other));
  };

  return {
    async ask(request) {
      const startedMs = clock.monotonicMs();
      for (let attempt = 0; ; attempt += 1) {
        const worker = workers[attempt % workers.length];
        if (worker === undefined) throw new GluttonyError("connect.not_configured");
        const judged = await askOnce(request, worker);
        if (judged.is !== "again") return judged;
        if (judged.mayHaveHappened) {
          if (!isRepeatable(request)) throw outcomeUnknown(request, judged, worker);
          if (await hasHappened(request, attempt)) return { is: "done", json: undefined };
        }
        const pauseMs = judged.afterMs ?? pauseOf(attempt) * collaborators.random();
        if (clock.monotonicMs() + pauseMs - startedMs > busyWaitMs) throw gaveUp(judged, worker, busyWaitMs);
        await clock.sleep(pauseMs);
      }
    },
    async isHealthy() {
      const answers = workers.map(async (worker) => {
        const { path, method } = routeOf({ do: "health" });
        const judged = judgeAnswer(
          await http.request({ url: `${worker}${path}`, method, timeoutMs: HEALTH_TIMEOUT_MS }),
        );
        if (judged.is !== "unsupported" && judged.is !== "missing") return judged.is === "done";
        // Before Kafka 3.9 there is no such call; a worker that tells its version is ready enough.
        return (await askOnce({ do: "worker" }, worker)).is === "done";
      });
      return (await Promise.all(answers)).includes(true);
    },
  };
}

function pauseOf(attempt: number): number {
  return Math.min(PAUSE_MAX_MS, PAUSE_FIRST_MS * 2 ** attempt);
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

function gaveUp({ why, reachedIt }: Again, worker: string, waitedMs: number): GluttonyError {
  const code = reachedIt ? "connect.busy" : "connect.unreachable";
  return new GluttonyError(code, { worker, why, waited_ms: waitedMs });
}

function outcomeUnknown(request: ConnectRequest, { why }: Again, worker: string): GluttonyError {
  return new GluttonyError("connect.outcome_unknown", { request: request.do, worker, why });
}
