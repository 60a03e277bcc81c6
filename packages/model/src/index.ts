export { alertRuleEntries, alertRuleNames, isAlertRule } from "./alert-rules.ts";
export type { AlertRuleEntry, AlertRuleName } from "./alert-rules.ts";
export type { ApiToken, AuditEntry, AuditNote, AuditVerdict, UserAccount } from "./account.ts";
export { codes, isCode } from "./codes.ts";
export type { Code, CodeEntry } from "./codes.ts";
export { dataSourceNames } from "./consumer.ts";
export type {
  ConnectorSettings,
  Consumer,
  ConsumerDraft,
  ConsumerRow,
  ConsumerSource,
  DataSourceName,
  DecodingSettings,
  DeliverySettings,
  FilterSettings,
  PluginSettings,
} from "./consumer.ts";
export { letterEventNames } from "./dead-letter.ts";
export type {
  DeadLetter,
  DeadLetterState,
  DeadLetterStats,
  LetterEvent,
  LetterEventName,
  ReplayOrder,
} from "./dead-letter.ts";
export { GluttonyError, toGluttonyError } from "./error.ts";
export type { Facts, Fault, GluttonyErrorOptions } from "./error.ts";
export { faultIn, faultSentenceIn } from "./fault-words.ts";
export type { Ending, EndingKind, Failure } from "./failure.ts";
export type { JsonObject, JsonValue } from "./json.ts";
export { labelsOf } from "./labels.ts";
export { languages, sentenceIn, textsOf } from "./language.ts";
export type { CodeTexts, Language } from "./language.ts";
export {
  changedSettings,
  effectiveSettings,
  parseSettingChanges,
  runtimeSettingNames,
  runtimeSettings,
  settingDifferences,
} from "./runtime-settings.ts";
export type {
  DecidedSettings,
  RuntimeSetting,
  RuntimeSettingName,
  RuntimeSettingValues,
  SettingChanges,
} from "./runtime-settings.ts";
export type { Labels } from "./labels.ts";
export { operationStates } from "./operation.ts";
export type {
  Operation,
  OperationEnding,
  OperationState,
  OperationSubject,
  WantedRun,
} from "./operation.ts";
export { isShown, maskingRulesMax } from "./masking.ts";
export type { MaskingPattern, MaskingRule, NamedTable } from "./masking.ts";
export { isAllowed, isAllowedSomewhere, permissions, roleNames, roles } from "./permission.ts";
export type { Grant, Permission, Role } from "./permission.ts";
export type { EndingCounts, LogBoundsOfPartition, Position, WaitingRecord } from "./position.ts";
export { durationBuckets, metricEntries, metricRegister, seriesNamesOf } from "./metric-register.ts";
export type { MetricEntry, MetricLabel, MetricName } from "./metric-register.ts";
export { isolations } from "./release.ts";
export type { BatchLimits, Isolation, Manifest, ManifestHandler, Release } from "./release.ts";
export { nearestName } from "./nearest-name.ts";
export { parseConfiguration } from "./parse-configuration.ts";
export type { Configuration } from "./parse-configuration.ts";
export { checkDraft, dataSourceNamed, parseConsumer, topicOfRow } from "./parse-consumer.ts";
export type { ParsedConsumer } from "./parse-consumer.ts";
export { desiredStates, observedStates } from "./state.ts";
export {
  type ConnStringPart,
  maskConnString,
  secretsOfConnString,
  splitConnString,
} from "./secret/conn-string-parts.ts";
export { KnownSecrets, secretLengthMin } from "./secret/known-secrets.ts";
export type { KnownSecretsOptions } from "./secret/known-secrets.ts";
export { isNamedSecret } from "./secret/named-secret.ts";
export type { NamedSecret, SecretUse } from "./secret/named-secret.ts";
export { formsOf } from "./secret/secret-forms.ts";
export { maskMembers } from "./secret/mask-members.ts";
export { isSecretOption, MASK, maskByName } from "./secret/secret-names.ts";
export type {
  ConfigDeed,
  ConfigPluginDeed,
  SeenObject,
  StoredConfig,
  StoredPlugin,
} from "./stored-config.ts";
export type {
  Cause,
  CellStanding,
  DesiredState,
  ObservedState,
  ObservedStateName,
  PartitionObservation,
  StateChange,
  TargetObservation,
} from "./state.ts";
export { desiredStateOf, pauseLeftMs, steeringVerbs } from "./steering.ts";
export type { Steering, SteeringVerb } from "./steering.ts";
export { wordIn } from "./words.ts";
export type { StandingWord } from "./words.ts";
