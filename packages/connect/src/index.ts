export { checkOptions } from "./allowed-options.ts";
export { createConnectClient } from "./connect-client.ts";
export type { ConnectClient } from "./connect-client.ts";
export { planConnector } from "./connector-config.ts";
export type { ConnectorConfig, ConnectorWish, PlannedConnector } from "./connector-config.ts";
export { connectorNames } from "./connector-names.ts";
export type { CapturedTable, ConnectorNames } from "./connector-names.ts";
export type { ConnectorStatus } from "./connector-status.ts";
export { createConnectors } from "./connectors.ts";
export type { ConnectConnectors } from "./connectors.ts";
export { MASK, maskConfig, maskUrls } from "./mask.ts";
export { parseConnString } from "./parse-conn-string.ts";
export type { SourceAddress } from "./parse-conn-string.ts";
export type {
  ConnectorRegistry,
  ConnectorsCollaborators,
  ConnectorsLog,
  ConnectorsSettings,
  InspectedTable,
  RegisteredConnector,
} from "./ports.ts";
export { scrubLine } from "./scrub.ts";
export type { ScrubRules } from "./scrub.ts";
