/** Where a collector listens for one kind of telemetry, and how it is spoken to. */
export interface CollectorSettings {
  /** The whole address, with the path of the signal. */
  readonly url: string;
  readonly protocol: "http/protobuf" | "http/json";
  /** May hold a token; never shown. */
  readonly headers: { readonly [name: string]: string };
  /** Milliseconds for one export, with what is repeated within it. */
  readonly timeoutMs: number;
  readonly compression: "gzip" | "none";
}

/** Which traces are recorded, as OpenTelemetry names the samplers; `default` is of our own. */
export interface SamplerSettings {
  readonly name:
    | "default"
    | "always_on"
    | "always_off"
    | "traceidratio"
    | "parentbased_always_on"
    | "parentbased_always_off"
    | "parentbased_traceidratio";
  /** Share of the traces, 0 to 1; for the samplers by ratio. */
  readonly ratio: number;
}

export interface TraceSettings {
  readonly collector: CollectorSettings;
  readonly sampler: SamplerSettings;
  /** Spans that wait for the collector at most; beyond, they are lost and counted. */
  readonly queueMax: number;
  /** Spans of one export at most. */
  readonly batchMax: number;
  /** Milliseconds between two exports. */
  readonly delayMs: number;
}

export interface MetricPushSettings {
  readonly collector: CollectorSettings;
  /** Milliseconds between two exports. */
  readonly intervalMs: number;
}

/** What is told to a collector; null leaves a kind out. */
export interface TelemetrySettings {
  /** What every span and metric says of this process. */
  readonly resource: { readonly [name: string]: string };
  readonly traces: TraceSettings | null;
  readonly metrics: MetricPushSettings | null;
}
