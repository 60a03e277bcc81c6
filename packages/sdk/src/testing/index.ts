export type { OnceOptions, OnceResult } from "../context.ts";
export { ChangeBuilder, changesOf } from "./changes.ts";
export type { TableOfChanges } from "./changes.ts";
export type { FakeAnswer, FakeTarget, FakeTargets, TargetCall } from "./fake-targets.ts";
export { handlerContract } from "./handler-contract.ts";
export { runHandler } from "./run-handler.ts";
export type { HandlerRun, LoggedLine, RunEnding, RunOptions } from "./run-handler.ts";
export { StepMemory } from "./step-memory.ts";
