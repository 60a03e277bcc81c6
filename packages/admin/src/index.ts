export type { ConnectorPorts, SourcePorts } from "./connector-ports.ts";
export type { ConfigStore } from "./config-ports.ts";
export type {
  AdminCollaborators,
  AdminLog,
  ConnectorStatus,
  ConsumerStore,
  DeadLetterPage,
  DeadLetterQuery,
  DeadLetterStore,
  FenceStore,
  LetterFilter,
  LetterSelection,
  ObservationReader,
  Readiness,
  ReleaseReader,
  ReplayWish,
  SeenChange,
  ExplainAnswer,
  ExplainWish,
} from "./ports.ts";
export type { ChosenPosition, PositionSnapshot, PositionStore, TopicBounds } from "./position-ports.ts";
export type {
  InstalledRelease,
  InstallWish,
  PluginActor,
  PluginDesk,
  SeenPlugin,
  SeenRelease,
  SettingChange,
  UpgradeBlocker,
  UpgradeFacts,
  UsedPlugin,
} from "./plugin-ports.ts";
export type {
  ChangeReader,
  MaskingDraft,
  MaskingRuleStore,
  MaskingStores,
  RecordChunk,
  Reveal,
  RevealedPlace,
  RevealStore,
} from "./change-ports.ts";
export type { EventStore, StoredEvent } from "./event-ports.ts";
export type { GroupRole, Identity } from "./identity-ports.ts";
export type { SettingsDesk } from "./settings-ports.ts";
export type { DiagnosticsPart } from "./diagnostics-ports.ts";
export { outcomeNames } from "./record-ports.ts";
export type { OpenLedger, OutcomeGap, OutcomeName, RecordLedger, RecordOutcome } from "./record-ports.ts";
export type { Problem, ProblemFault } from "./problem.ts";
export type { ConsumerStatus } from "./routes/consumer-status.ts";
export type { ConsumerBody, ShownConnString } from "./schemas/consumers.ts";
export { createAdminServer } from "./server.ts";
export type { AdminServer } from "./server.ts";
export { isLoopbackName } from "./settings.ts";
export type { AdminSettings } from "./settings.ts";
export type { Accounting } from "./views/accounting.ts";
export type { ConsumerSummary } from "./views/consumer-summary.ts";
export type { ConsumerView } from "./views/consumer.ts";
export type { DeadLetterView } from "./views/dead-letter.ts";
export type { ReleaseView } from "./views/release.ts";
export { openApiDocument } from "./openapi-document.ts";
export type {
  ConsumerTotals,
  OverviewReader,
  RecentCounts,
  SourceMeasure,
  SourceStanding,
} from "./overview-ports.ts";
export type { SeriesPoint, SeriesReader } from "./series-ports.ts";
export { alertMail } from "./alerts/alert-mail.ts";
export type { AlertMail } from "./alerts/alert-mail.ts";
export { alertRequest, isTaken } from "./alerts/alert-message.ts";
export type { AlertRequest, ToldAlert, ToldThrough } from "./alerts/alert-message.ts";
export { decideAlerts } from "./alerts/decide-alerts.ts";
export type { AlertChange, OpenAlert } from "./alerts/decide-alerts.ts";
export { readingsOf } from "./alerts/readings.ts";
export type { AlertFacts, Reading } from "./alerts/readings.ts";
export type {
  Alert,
  AlertChannel,
  Alerting,
  AlertingStore,
  AlertSilence,
  RuleSetting,
  ChannelKind,
} from "./alerting-ports.ts";
