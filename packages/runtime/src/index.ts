export { systemClock } from "./clock.ts";
export { Metrics } from "./metrics.ts";
export type {
  Advance,
  AssignedPartition,
  Batch,
  Clock,
  Connectors,
  DeadLetters,
  DesiredConsumers,
  Mark,
  Observations,
  ParkedRecord,
  Positions,
  RecordSource,
  RecordSources,
  ReplayRequest,
  SourceEvents,
  SourceSettings,
  StartPosition,
} from "./ports.ts";
export type { ConsumerCollaborators, ConsumerHostSettings } from "./supervised-consumer.ts";
export { Supervisor } from "./supervise.ts";
export type { SupervisorCollaborators } from "./supervise.ts";
export { TargetHealth } from "./target-health.ts";
