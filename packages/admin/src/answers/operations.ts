import { operationStates } from "@gluttony/model";
import type { TSchema } from "@sinclair/typebox";
import { causeAnswer } from "./cause.ts";
import { anything, exactly, flag, mapOf, oneOf, orNull, pageOf, text, time } from "./forms.ts";

/** Something that was asked for and takes its time. */
export const operationAnswer: TSchema = exactly({
  id: text,
  kind: text,
  subject: exactly({ kind: text, id: text, name: text }),
  actor: text,
  reason: orNull(text),
  wanted: anything,
  state: oneOf(operationStates),
  createdAt: time,
  deadlineAt: orNull(time),
  endedAt: orNull(time),
  isCancellable: flag,
  result: orNull(mapOf(anything)),
  error: orNull(causeAnswer),
});

export const operationPageAnswer: TSchema = pageOf(operationAnswer);
