export type {
  AdminCollaborators,
  AdminLog,
  ChosenPosition,
  ConnectorStatus,
  ConsumerStore,
  DeadLetterPage,
  DeadLetterQuery,
  DeadLetterStore,
  FenceStore,
  LetterFilter,
  LetterSelection,
  ObservationReader,
  PositionStore,
  Readiness,
  ReleaseReader,
  ReplayWish,
  SeenChange,
  ExplainAnswer,
  ExplainWish,
  TopicBounds,
} from "./ports.ts";
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
