import type {
  AttemptRequest,
  AttemptResult,
  HostFetchRequest,
  HostMeans,
  PluginHost,
  ResolvedHandler,
} from "@gluttony/core";
import type { Logger } from "@gluttony/sdk";
import { startTelemetry, type Telemetry } from "../src/telemetry.ts";
import type { SamplerSettings, TraceSettings } from "../src/settings.ts";

/** Words of a person that a record carries in every place that it has. */
export const patient = "甄金雀-7318840291";

export const silentLog: Logger = { debug() {}, info() {}, warn() {}, error() {} };

export function tracesTo(url: string, over: Partial<TraceSettings> = {}): TraceSettings {
  return {
    collector: {
      url: `${url}/v1/traces`,
      protocol: "http/json",
      headers: {},
      timeoutMs: 2_000,
      compression: "none",
    },
    sampler: alwaysOn,
    queueMax: 2_048,
    batchMax: 512,
    delayMs: 50,
    ...over,
  };
}

export const alwaysOn: SamplerSettings = { name: "always_on", ratio: 1 };

export function telemetryTo(traces: TraceSettings, log: Logger = silentLog): Telemetry {
  return startTelemetry(
    { resource: { "service.name": "gluttony", "service.instance.id": "host-1" }, traces, metrics: null },
    { version: "1.2.3", exposition: async () => "", log },
  );
}

/** One attempt of a record about a patient. */
export function attemptOf(
  over: { readonly traceparent?: string; readonly value?: string | null } = {},
): AttemptRequest {
  const { traceparent, value = JSON.stringify({ after: { name: patient } }) } = over;
  const headers = [{ name: "patient", value: Buffer.from(patient) }];
  return {
    record: {
      topic: "his.public.person",
      partition: 3,
      offset: 42n,
      timestampMs: 0,
      key: Buffer.from(patient),
      value: value === null ? null : Buffer.from(value),
      headers:
        traceparent === undefined
          ? headers
          : [...headers, { name: "traceparent", value: Buffer.from(traceparent) }],
    },
    consumer: {
      id: "1",
      name: "persons",
      revision: 1n,
      handler: "default",
      config: { note: patient },
      deadlineMs: 1_000,
      graceMs: 1_000,
    },
    attempt: 2,
    idempotencyKey: "t-3-42",
  };
}

/** A cell that does what is given, with the host's means for the attempt. */
export function hostOf(work: (request: AttemptRequest, means: HostMeans) => Promise<AttemptResult>): {
  readonly host: PluginHost;
  readonly called: HostFetchRequest[];
} {
  const called: HostFetchRequest[] = [];
  const usual: HostMeans = {
    targets: {
      call: async (request) => {
        called.push(request);
        return { status: 200, headers: {}, body: Buffer.from(patient) };
      },
    },
    once: {
      claim: async () => ({ state: "claimed" }),
      finish: async () => undefined,
      release: async () => undefined,
    },
  };
  const cell = {
    release: "empi@1.0.0",
    attempt: (request: AttemptRequest) => work(request, request.meansOf?.(usual) ?? usual),
    checkSettings: async () => null,
    observe: () => ({
      release: "empi@1.0.0",
      state: "ready" as const,
      pid: 1,
      crashes: 0,
      heartbeatAgeMs: 0,
      residentBytes: 0,
    }),
    recycle() {},
    close: async () => undefined,
  };
  const unused = async (): Promise<never> => {
    throw new Error("not asked for in these tests");
  };
  const host: PluginHost = {
    resolve: unused,
    acquire: async () => ({ cell, release: async () => undefined }),
    resolveShadow: async () => null,
    acquireShadow: unused,
    close: async () => undefined,
  };
  return { host, called };
}

/** Runs an attempt in a traced cell. */
export async function attemptIn(host: PluginHost, request: AttemptRequest): Promise<AttemptResult> {
  const { cell } = await host.acquire(resolved);
  return cell.attempt(request);
}

// The cell of these tests looks at nothing of it.
const resolved = { handler: "default", config: {}, insteadOf: null } as unknown as ResolvedHandler;

/** A call of a handler, with a patient in its path and its body. */
export function callTo(url: string, headers: { readonly [name: string]: string } = {}): HostFetchRequest {
  return {
    url: `${url}/patients/${encodeURIComponent(patient)}?q=${encodeURIComponent(patient)}`,
    method: "POST",
    headers: { "x-patient": "7318840291", ...headers },
    body: Buffer.from(patient),
    timeoutMs: 1_000,
    idempotencyKey: "t-3-42",
    consumer: "persons",
    grantedOrigins: [url],
    stop: { isStopped: false, listener: null },
  };
}
