import { type AlertRuleName, alertRuleNames } from "@gluttony/model";
import { type TSchema, Type } from "@sinclair/typebox";
import {
  type AlertLanguage,
  alertLanguages,
  type AlertState,
  alertStates,
  type ChannelKind,
  channelKinds,
  type MailSettings,
} from "../alerting-ports.ts";

const closed = { additionalProperties: false };
const forMsMax = 86_400_000;
/** Minutes of a silence at most: 30 days. */
const silenceMinutesMax = 43_200;

function oneOf(words: readonly string[]): TSchema {
  return Type.Union(words.map((word) => Type.Literal(word)));
}

const reason = Type.String({ minLength: 1, maxLength: 500 });
const secret = Type.String({ minLength: 1, maxLength: 512 });
const url = Type.String({ minLength: 1, maxLength: 2_048 });

export interface AlertsQuery {
  readonly state?: AlertState;
  readonly limit?: string;
}

export const alertsQuerySchema: TSchema = Type.Object(
  {
    state: Type.Optional(oneOf(alertStates)),
    limit: Type.Optional(Type.String({ pattern: "^[0-9]{1,6}$" })),
  },
  closed,
);

export const acknowledgeSchema: TSchema = Type.Object({ note: Type.Optional(reason) }, closed);

export interface RuleBody {
  readonly isEnabled: boolean;
  readonly threshold: number;
  readonly forMs: number;
}

export const ruleSchema: TSchema = Type.Object(
  {
    isEnabled: Type.Boolean(),
    threshold: Type.Number({ minimum: 0, maximum: 2 ** 53 }),
    forMs: Type.Integer({ minimum: 0, maximum: forMsMax }),
  },
  closed,
);

export interface ChannelBody {
  readonly kind: ChannelKind;
  readonly isEnabled: boolean;
  readonly language: AlertLanguage;
  readonly url?: string;
  readonly secret?: string | null;
  /** Of the kind `mail`, which needs it; no other takes it. */
  readonly mail?: MailSettings;
}

export interface CreateChannelBody extends ChannelBody {
  readonly name: string;
  readonly url: string;
}

/** Recipients of a mail channel at most. */
const recipientsMax = 50;
/** One plain address: nothing that ends a line, lists others or hides one. */
const mailAddress = Type.String({
  minLength: 3,
  maxLength: 254,
  pattern:
    "^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$",
});

const mail = Type.Object(
  {
    from: mailAddress,
    to: Type.Array(mailAddress, { minItems: 1, maxItems: recipientsMax, uniqueItems: true }),
    user: Type.Union([
      Type.String({ minLength: 1, maxLength: 256, pattern: "^[^\\x00-\\x1f\\x7f]+$" }),
      Type.Null(),
    ]),
    allowsClearText: Type.Boolean(),
  },
  closed,
);

const channel = {
  kind: oneOf(channelKinds),
  isEnabled: Type.Boolean(),
  language: oneOf(alertLanguages),
  secret: Type.Optional(Type.Union([secret, Type.Null()])),
  mail: Type.Optional(mail),
};

export const createChannelSchema: TSchema = Type.Object(
  {
    ...channel,
    name: Type.String({ minLength: 1, maxLength: 64, pattern: "^[A-Za-z0-9][A-Za-z0-9._-]*$" }),
    url,
  },
  closed,
);

/** What is left out of `url` and `secret` stays as it is stored. */
export const replaceChannelSchema: TSchema = Type.Object({ ...channel, url: Type.Optional(url) }, closed);

export interface SilenceBody {
  readonly rule?: AlertRuleName;
  readonly subject?: string;
  readonly reason: string;
  readonly minutes: number;
}

export const silenceSchema: TSchema = Type.Object(
  {
    rule: Type.Optional(oneOf(alertRuleNames)),
    subject: Type.Optional(Type.String({ minLength: 1, maxLength: 255 })),
    reason,
    minutes: Type.Integer({ minimum: 1, maximum: silenceMinutesMax }),
  },
  closed,
);
