import { runtimeSettingNames } from "@gluttony/model";
import { type TSchema, Type } from "@sinclair/typebox";
import { exactly, flag, int64, listOf, oneOf, orNull, pageOf, text, time } from "./forms.ts";

const whole: TSchema = Type.Integer();
const names = oneOf(runtimeSettingNames);

const setting = exactly({
  name: names,
  value: whole,
  default: whole,
  min: whole,
  max: whole,
  unit: oneOf(["days", "minutes", "attempts", "tokens"]),
  source: oneOf(["decided", "default"]),
  summary: text,
});

const variable = exactly({
  name: text,
  source: oneOf(["environment", "file", "default"]),
  isSecret: flag,
  value: orNull(text),
});

/** What people may change, and what comes from the environment of the host that answers. */
export const settingsAnswer: TSchema = exactly({
  revision: int64,
  settings: listOf(setting),
  environment: listOf(variable),
});

const change = exactly({ name: names, before: orNull(whole), after: orNull(whole) });

/** What a change would change; null stands for the default. */
export const settingsPlanAnswer: TSchema = exactly({ revision: int64, changes: listOf(change) });

export const settingsRevisionPageAnswer: TSchema = pageOf(
  exactly({ revision: int64, at: time, actor: text, reason: orNull(text), changes: listOf(change) }),
);
