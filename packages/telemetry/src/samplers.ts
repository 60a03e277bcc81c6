import { SpanKind } from "@opentelemetry/api";
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from "@opentelemetry/sdk-trace";
import type { SamplerSettings } from "./settings.ts";

/** Share of the attempts that are recorded where nothing else is said; there may be thousands in a second. */
export const attemptRatio = 0.01;

/** The sampler that settings name. */
export function samplerOf({ name, ratio }: SamplerSettings): Sampler {
  switch (name) {
    case "default":
      return new ParentBasedSampler({ root: fewAttempts() });
    case "always_on":
      return new AlwaysOnSampler();
    case "always_off":
      return new AlwaysOffSampler();
    case "traceidratio":
      return new TraceIdRatioBasedSampler(ratio);
    case "parentbased_always_on":
      return new ParentBasedSampler({ root: new AlwaysOnSampler() });
    case "parentbased_always_off":
      return new ParentBasedSampler({ root: new AlwaysOffSampler() });
    case "parentbased_traceidratio":
      return new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) });
  }
}

/** One attempt of a hundred, and everything else: requests and calls are few. */
function fewAttempts(): Sampler {
  const always = new AlwaysOnSampler();
  const few = new TraceIdRatioBasedSampler(attemptRatio);
  return {
    shouldSample: (...[context, traceId, , kind]) =>
      kind === SpanKind.CONSUMER ? few.shouldSample(context, traceId) : always.shouldSample(),
    toString: () => "FewAttempts",
  };
}
