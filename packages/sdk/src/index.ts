export type { Change, ChangeSource, ColumnValue, Decimal, Operation, Row, SourcePosition } from "./change.ts";
export type {
  HandlerContext,
  LogFacts,
  Logger,
  OnceOptions,
  OnceResult,
  TargetRequest,
  TargetResponse,
} from "./context.ts";
export { HandlerError } from "./failure.ts";
export type { FailureKind, HandlerErrorOptions } from "./failure.ts";
export { defineHandler, isHandler } from "./handler.ts";
export type { ConfigSchema, Handler, Outcome } from "./handler.ts";
export type { RawRecord, RecordCoordinates, RecordHeader } from "./record.ts";
