export { checkOptions } from "./allowed-options.ts";
export type { RestartScope } from "./allow-list.ts";
export { createConnectCluster } from "./board/connect-cluster.ts";
export type {
  ClusterLook,
  ConnectCluster,
  ConnectorSchema,
  ConnectorType,
  SeenWorker,
} from "./board/connect-cluster.ts";
export { createConnectorBoard } from "./board/connector-board.ts";
export type {
  BoardConnector,
  BoardLook,
  BoardRegistration,
  ConnectorBoard,
} from "./board/connector-board.ts";
export type { ShownConnector, ShownTask } from "./board/shown-connector.ts";
export type { KafkaFacts, KafkaWish, TopicFacts } from "./checks/kafka-checks.ts";
export type {
  PostgresFacts,
  PostgresPublication,
  PostgresRole,
  PostgresSignalTable,
  PostgresSlot,
  PostgresTable,
} from "./checks/postgres-facts.ts";
export { createSourceDoctor } from "./checks/source-doctor.ts";
export type { DoctorCollaborators, PostgresFactsWish, SourceDoctor } from "./checks/source-doctor.ts";
export { openSource } from "./checks/source-drivers.ts";
export type { OpenSource, OpenSourceOf } from "./checks/source-drivers.ts";
export type { FindingSeverity, SourceCheckName, SourceFinding } from "./checks/source-finding.ts";
export type { SourceLogin } from "./checks/source-login.ts";
export type { SourceRow, SourceRows } from "./checks/source-rows.ts";
export type {
  ConnectorPlugin,
  ConnectWorker,
  ListedConnector,
  OffsetEntry,
  OptionDefinition,
} from "./client/parse-answers.ts";
export { featuresOf } from "./client/worker-version.ts";
export type { ConnectFeature } from "./client/worker-version.ts";
export { createConnectClient } from "./connect-client.ts";
export type { ConnectClient } from "./connect-client.ts";
export { planConnector } from "./connector-config.ts";
export type { ConnectorConfig, ConnectorWish, PlannedConnector } from "./connector-config.ts";
export { connectorNameFault } from "./connector-name.ts";
export { connectorNames } from "./connector-names.ts";
export type { CapturedTable, ConnectorNames } from "./connector-names.ts";
export type { ConnectorStatus } from "./connector-status.ts";
export { createConnectors } from "./connectors.ts";
export type { ConnectConnectors } from "./connectors.ts";
export { inspectOtherTable } from "./dialects/inspect-table.ts";
export { listOtherTables } from "./dialects/list-tables.ts";
export { MASK, maskConfig } from "./mask.ts";
export { createConnectorDeeds } from "./deeds/connector-deeds.ts";
export type { ConnectorDeeds, ConnectorVerb } from "./deeds/connector-deeds.ts";
export type { OffsetDeed } from "./offsets/draft-offsets.ts";
export { createOffsetDesk } from "./offsets/offset-desk.ts";
export type { OffsetCollaborators, OffsetDesk, OffsetPlan } from "./offsets/offset-desk.ts";
export { parseConnString } from "./parse-conn-string.ts";
export type { ConnectorPart, ParsedStatus, TaskPart } from "./parse-status.ts";
export type { CodedFault } from "./plan/coded-fault.ts";
export { createConnectorDesk } from "./plan/connector-desk.ts";
export type { ConnectorDesk, DeskCollaborators, DeskSettings } from "./plan/connector-desk.ts";
export type { ConnectorDeed, ConnectorPlan, PlanEffect } from "./plan/connector-plan.ts";
export type { OptionChange } from "./plan/diff-config.ts";
export { driftOf } from "./plan/drift.ts";
export type { FormConfig } from "./plan/form-config.ts";
export type { PlanSigner } from "./plan/plan-hash.ts";
export { checkConnectorConfig } from "./policy/check-connector-config.ts";
export { connectorClasses } from "./policy/connector-classes.ts";
export { strictPolicy } from "./policy/connector-policy.ts";
export type { ConfigFault, ConnectorPolicy } from "./policy/connector-policy.ts";
export { createSourceDestinations } from "./policy/source-destinations.ts";
export type { SourceDestinations, SourcePlace } from "./policy/source-destinations.ts";
export { transformClasses } from "./policy/transform-rules.ts";
export type {
  ConnectorKind,
  ConnectorRegistry,
  ConnectorsCollaborators,
  ConnectorsLog,
  ConnectorsSettings,
  InspectedTable,
  RegisteredConnector,
  TablePlace,
} from "./ports.ts";
export { scrubLine } from "./scrub.ts";
export type { ScrubRules } from "./scrub.ts";
export type { Signal, SnapshotDeed, SourceTableSeen } from "./snapshots/draft-signal.ts";
export { createSnapshotDesk } from "./snapshots/snapshot-desk.ts";
export type { SentSignal, SnapshotCollaborators, SnapshotDesk } from "./snapshots/snapshot-desk.ts";
export type { SnapshotProgress } from "./snapshots/snapshot-progress.ts";
export type { SourceAddress } from "./source-address.ts";
export { wantedOf } from "./wanted-connector.ts";
export type { WantedConnector } from "./wanted-connector.ts";
export { ConnectorWatch } from "./watch/connector-watch.ts";
export type { WatchCollaborators, WatchSettings } from "./watch/connector-watch.ts";
export { measureOnce, measureSources } from "./watch/measure-sources.ts";
export type { MeasureCollaborators, MeasuredSlot, MeasuredSource } from "./watch/measure-sources.ts";
export { watchPolicy } from "./watch/decide-restart.ts";
export type { Mend, SeenConnectorState, WatchPolicy } from "./watch/decide-restart.ts";
export type { ConnectorEvent, ConnectorHealth, WatchBook } from "./watch/watch-book.ts";
