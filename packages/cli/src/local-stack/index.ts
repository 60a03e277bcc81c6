export { type Broker, type BrokerWish, startBroker } from "./broker.ts";
export { type ConnectWish, type ConnectWorker, startConnect } from "./connect.ts";
export { cacheFolder, checkDisk, removeDataFolder } from "./folders.ts";
export { type Jars, type JarsWish, pinJars, prepareConnectors, prepareJars } from "./jars.ts";
export { type Java, findJava } from "./java.ts";
export { lastLines } from "./last-lines.ts";
export {
  type LocalStack,
  type StackPart,
  type StackStep,
  type StackWish,
  startLocalStack,
} from "./local-stack.ts";
export { freePort } from "./ports.ts";
export { type Postgres, type PostgresWish, startPostgres } from "./postgres.ts";
export { runStatements } from "./simple-query.ts";
export { cdssStub, datasyncStub, EMPI_ADD_PATH, empiStub } from "./stub-kinds.ts";
export { JOURNAL_MAX_ENTRIES, type JournalEntry } from "./stub-journal.ts";
export type { StubMode } from "./stub-mode.ts";
export {
  startStubTarget,
  type StubAnswer,
  type StubKind,
  type StubSubject,
  type StubTarget,
  type StubWish,
} from "./stub-target.ts";
export {
  BURST_MAX,
  CHANGES_PER_SECOND,
  createGenerator,
  type HospitalLife,
  type LifeKind,
  type LifeOptions,
  type Query,
} from "./hospital-life.ts";
export { hospitalExcludedColumns, hospitalSchemaSql } from "./hospital-schema.ts";
export { DEMO_PATIENTS, DEMO_VISITS, type HospitalSize, hospitalSql } from "./seed-hospital.ts";
