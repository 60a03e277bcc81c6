export { applyChanges } from "./activation/apply-changes.ts";
export { HostReadiness } from "./activation/host-readiness.ts";
export type { ReadinessBook, ReadinessCollaborators, ReadinessReport } from "./activation/host-readiness.ts";
export { planDeed } from "./activation/plan-deed.ts";
export type { PluginChange, PluginDeed } from "./activation/plan-deed.ts";
export type {
  ConsumerUse,
  PinStanding,
  PluginStanding,
  ReleaseStanding,
} from "./activation/plugin-standing.ts";
export { upgradeFacts } from "./activation/upgrade-facts.ts";
export type { SettingChange, UpgradeFacts, UpgradingUse } from "./activation/upgrade-facts.ts";
export { servedVersion, usersOf } from "./activation/served-version.ts";
export type {
  AttemptRequest,
  AttemptResult,
  Cell,
  CellConsumer,
  CellDecoding,
  CellObservation,
} from "./cell/cell.ts";
export { cellMachine } from "./cell/cell-machine.ts";
export type { CellMachine, CellMachineWish, CellNode } from "./cell/cell-machine.ts";
export type { CellUser } from "./cell/cell-user.ts";
export { unreadableForCells } from "./cell/spawn-cell.ts";
export { defaultCellOptions } from "./cell/cell-options.ts";
export type { CellOptions } from "./cell/cell-options.ts";
export type { CellCollaborators } from "./cell/cell-plan.ts";
export { hideValues } from "./cell/hide-values.ts";
export { InlineCell } from "./cell/inline-cell.ts";
export type { InlineTools } from "./cell/inline-cell.ts";
export { checkConfig } from "./check-config.ts";
export { createPluginHost } from "./create-plugin-host.ts";
export type { PluginHostCollaborators, PluginHostSettings } from "./create-plugin-host.ts";
export { expandReferences } from "./expand-references.ts";
export type { ReferenceValues } from "./expand-references.ts";
export { firstPartyPackages, firstPartyRelease } from "./first-party.ts";
export type { FirstParty } from "./first-party.ts";
export { removeTree } from "./install/place-release.ts";
export { installFromFile } from "./install/install-from-file.ts";
export type { InstallCollaborators, InstallSettings, Installed } from "./install/install-from-file.ts";
export type { InstallStep, StepWatch } from "./install/install-step.ts";
export { installFromRegistry } from "./install/install-from-registry.ts";
export type { RegistryWish } from "./install/install-from-registry.ts";
export { writeKeptFile } from "./install/kept-file.ts";
export type { ReleaseName } from "./install/kept-file.ts";
export { verifyRelease } from "./install/verify-release.ts";
export type { VerifiedRelease } from "./install/verify-release.ts";
export { publishedStanding } from "./install/registry/published-standing.ts";
export type {
  PublishedStanding,
  PublishedVersion,
  StandingQuestion,
} from "./install/registry/published-standing.ts";
export { sweepStore } from "./install/sweep-store.ts";
export { parsePolicy } from "./install/registry/parse-policy.ts";
export { isAllowed } from "./install/registry/policy.ts";
export type { InstallPolicy } from "./install/registry/policy.ts";
export { parseRegistry } from "./install/registry/registry-access.ts";
export type { RegistryAddress, RegistryLimits } from "./install/registry/registry-access.ts";
export { parseHandlerFunc } from "./parse-handler-func.ts";
export type { HandlerFuncOptions, HandlerRef, HandlerRefFault } from "./parse-handler-func.ts";
export type {
  AttemptTrace,
  CellLease,
  DryRun,
  PluginHost,
  ResolvedHandler,
  ShadowLease,
} from "./plugin-host.ts";
export type {
  CallStop,
  HostFetchRequest,
  HostFetchResponse,
  HandlerStates,
  HostLog,
  HostMeans,
  Installation,
  KeptFile,
  OnceClaim,
  OnceLedger,
  OnceStep,
  PinnedRelease,
  Releases,
  Secrets,
  StatePlace,
  TargetCaller,
  Verification,
} from "./ports.ts";
export { hostReferences, isSecretName } from "./manifest-words.ts";
export { readManifest } from "./read-manifest.ts";
export type { PluginPackage } from "./read-manifest.ts";
export { processFences } from "./cell/process-fences.ts";
export type { ProcessFences } from "./cell/process-fences.ts";
export type { ShapedCall } from "./shadow/call-shape.ts";
export { LiveTrace } from "./shadow/live-trace.ts";
export { releaseFences } from "./release-fences.ts";
export type { FenceName } from "./release-fences.ts";
export { treeHash } from "./tree-hash.ts";
