export { systemClock } from "./clock.ts";
export { fingerprintOf } from "./errors/error-group.ts";
export type { ErrorBook, ErrorCause, ErrorGroup } from "./errors/error-group.ts";
export { HostErrors } from "./errors/host-errors.ts";
export { explain } from "./explain.ts";
export type { Explanation, ExplainKnowledge, ExplainQuestion, Standing } from "./explain.ts";
export { Metrics } from "./metrics.ts";
export type { ConnectorShown, SharedShown } from "./metrics/host-metrics.ts";
export type { SeriesCounts } from "./metrics/series-tally.ts";
export type {
  Advance,
  AssignedPartition,
  Batch,
  Clock,
  Connectors,
  DeadLetters,
  DesiredConsumers,
  Fence,
  FenceAnswer,
  GroupMember,
  Mark,
  Observations,
  ParkedRecord,
  ParkedSubjects,
  Positions,
  Random,
  RecordSource,
  RecordSources,
  ReplayRequest,
  SchemaRegistry,
  SourceEvents,
  SourceSettings,
  StartPosition,
  SubjectHash,
  VersionPosition,
} from "./ports.ts";
export type { ConsumerCollaborators, ConsumerHostSettings } from "./consumer-collaborators.ts";
export type { ShadowBook, TakeBacks, TakenBack } from "./plugin-ports.ts";
export type { ShadowCount } from "./shadow/shadow-tally.ts";
export { subjectOfKey } from "./subject-of-key.ts";
export { Supervisor } from "./supervise.ts";
export type { SupervisorCollaborators } from "./supervise.ts";
export { TargetBreakers } from "./breakers.ts";
