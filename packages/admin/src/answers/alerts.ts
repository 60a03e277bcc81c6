import { alertRuleNames } from "@gluttony/model";
import type { TSchema } from "@sinclair/typebox";
import { alertLanguages, alertStates, channelKinds } from "../alerting-ports.ts";
import { facts } from "./cause.ts";
import {
  count,
  durationMs,
  exactly,
  flag,
  int64,
  listOf,
  oneOf,
  orNull,
  pageOf,
  text,
  time,
} from "./forms.ts";
import { number } from "./numbers.ts";

const rule = oneOf(alertRuleNames);

const delivery = exactly({
  channel: text,
  turn: oneOf(["firing", "resolved"]),
  state: oneOf(["waiting", "delivered", "given_up", "silenced"]),
  attempts: count,
  nextAt: time,
  code: orNull(text),
});

/** What fires, fired, or will if it lasts. */
export const alertAnswer: TSchema = exactly({
  id: text,
  rule,
  title: text,
  severity: oneOf(["critical", "warning"]),
  unit: text,
  subject: exactly({ kind: oneOf(["consumer", "connector"]), id: text }),
  state: oneOf(alertStates),
  since: time,
  firedAt: orNull(time),
  resolvedAt: orNull(time),
  value: orNull(number),
  threshold: number,
  evidence: facts,
  next: text,
  acknowledged: orNull(exactly({ by: text, at: time, note: orNull(text) })),
  deliveries: listOf(delivery),
});

export const alertPageAnswer: TSchema = pageOf(alertAnswer);

/** How a rule is set, and how it is built in. */
export const alertRuleAnswer: TSchema = exactly({
  id: text,
  rule,
  title: text,
  subject: oneOf(["consumer", "connector"]),
  severity: oneOf(["critical", "warning"]),
  unit: text,
  isEnabled: flag,
  threshold: number,
  forMs: durationMs,
  builtIn: exactly({ threshold: number, forMs: durationMs }),
  next: text,
  revision: int64,
});

export const alertRulePageAnswer: TSchema = pageOf(alertRuleAnswer);

const kept = orNull(exactly({ kind: oneOf(["reference", "sealed"]), ref: orNull(text) }));

/** A channel, without its address and secret. */
export const alertChannelAnswer: TSchema = exactly({
  id: text,
  name: text,
  kind: oneOf(channelKinds),
  isEnabled: flag,
  language: oneOf(alertLanguages),
  url: kept,
  secret: kept,
  mail: orNull(exactly({ from: text, to: listOf(text), user: orNull(text), allowsClearText: flag })),
  revision: int64,
});

export const alertChannelPageAnswer: TSchema = pageOf(alertChannelAnswer);
export const alertTestAnswer: TSchema = exactly({ delivered: flag });

export const silenceAnswer: TSchema = exactly({
  id: text,
  rule: orNull(rule),
  subject: orNull(text),
  reason: text,
  createdBy: text,
  createdAt: time,
  until: time,
});

export const silencePageAnswer: TSchema = pageOf(silenceAnswer);
