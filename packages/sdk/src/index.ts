export type { BatchContext, BatchOutcome } from "./batch.ts";
export type { Change, ColumnValue, Decimal, Operation, Row } from "./change.ts";
export type { HandlerContext, LogFacts, Logger, TargetRequest, TargetResponse } from "./context.ts";
export { HandlerError } from "./failure.ts";
export type { FailureKind } from "./failure.ts";
export { defineHandler, isHandler } from "./handler.ts";
export type { ConfigSchema, Handler, HandlerDefinition, Outcome } from "./handler.ts";
