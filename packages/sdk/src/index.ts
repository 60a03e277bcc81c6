export type { Change, ColumnValue, Decimal, Operation, Row } from "./change.ts";
export type { HandlerContext, LogFacts, Logger, TargetRequest, TargetResponse } from "./context.ts";
export { HandlerError } from "./failure.ts";
export type { FailureKind } from "./failure.ts";
export { defineHandler, isHandler } from "./handler.ts";
export type { ConfigSchema, Handler, Outcome } from "./handler.ts";
