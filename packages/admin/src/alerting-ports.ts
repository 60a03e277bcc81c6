import type { AlertRuleName, Facts } from "@gluttony/model";

/** How a rule is set: as it is built in, or as a person changed it. */
export interface RuleSetting {
  readonly rule: AlertRuleName;
  readonly isEnabled: boolean;
  /** The value must be above it. */
  readonly threshold: number;
  /** Milliseconds for which it must be above before somebody is told. */
  readonly forMs: number;
  /** 0 while nobody changed it. */
  readonly revision: bigint;
}

export const alertStates = ["pending", "firing", "resolved"] as const;
export type AlertState = (typeof alertStates)[number];

/** What fires, fired, or will if it lasts. */
export interface Alert {
  readonly id: string;
  readonly rule: AlertRuleName;
  readonly subjectKind: "consumer" | "connector";
  /** A consumer's id, or a connector's name. */
  readonly subject: string;
  /** Consumers that it is about. */
  readonly consumerIds: readonly string[];
  readonly state: AlertState;
  readonly since: Date;
  readonly firedAt: Date | null;
  readonly resolvedAt: Date | null;
  readonly value: number | null;
  readonly threshold: number;
  readonly evidence: Facts;
  readonly acknowledgedBy: string | null;
  readonly acknowledgedAt: Date | null;
  readonly acknowledgedNote: string | null;
  readonly deliveries: readonly AlertDelivery[];
}

/** What became of telling it through one channel. */
export interface AlertDelivery {
  readonly channel: string;
  readonly turn: "firing" | "resolved";
  readonly state: "waiting" | "delivered" | "given_up" | "silenced";
  readonly attempts: number;
  readonly nextAt: Date;
  /** Why the last attempt failed. */
  readonly code: string | null;
}

/** Channels that are called over HTTP. */
export type ChatKind = Exclude<ChannelKind, "mail">;
export const channelKinds = ["webhook", "wecom", "dingtalk", "feishu", "mail"] as const;
export type ChannelKind = (typeof channelKinds)[number];
export const alertLanguages = ["en", "zh-CN"] as const;
export type AlertLanguage = (typeof alertLanguages)[number];

/** Between whom a mail channel's messages go, and how its server is spoken to. */
export interface MailSettings {
  readonly from: string;
  readonly to: readonly string[];
  /** Who logs in, with the channel's secret as the password; null where nobody has to. */
  readonly user: string | null;
  /** Whether a server that is not this machine may be spoken to without TLS. */
  readonly allowsClearText: boolean;
}

/** Where alerts go. Its address and secret never come back out. */
export interface AlertChannel {
  readonly id: string;
  readonly name: string;
  readonly kind: ChannelKind;
  readonly isEnabled: boolean;
  readonly language: AlertLanguage;
  /** The reference that its address is kept as; null when it is sealed. */
  readonly urlReference: string | null;
  readonly secretReference: string | null;
  readonly hasSecret: boolean;
  /** Of a mail channel; null for the others. */
  readonly mail: MailSettings | null;
  readonly revision: bigint;
}

/** What a channel is to be. Undefined keeps what is stored. */
export interface ChannelDraft {
  readonly name: string;
  readonly kind: ChannelKind;
  readonly isEnabled: boolean;
  readonly language: AlertLanguage;
  readonly url: string | undefined;
  /** Null: without one. */
  readonly secret: string | null | undefined;
  readonly mail: MailSettings | null;
}

/** A time in which nobody is told. */
export interface AlertSilence {
  readonly id: string;
  /** Null: every rule. */
  readonly rule: AlertRuleName | null;
  /** Null: every subject. */
  readonly subject: string | null;
  readonly reason: string;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly until: Date;
}

/** Which alerts; newest first. */
export interface AlertQuery {
  readonly state?: AlertState;
  readonly limit: number;
}

/** Everything about who is told of what. Implemented by `@gluttony/postgres`. */
export interface AlertingStore {
  alerts(query: AlertQuery): Promise<readonly Alert[]>;
  alert(id: string): Promise<Alert | null>;
  /** Throws `alert.not_found` for one that is not open. */
  acknowledge(id: string, by: { readonly actor: string; readonly note: string | null }): Promise<Alert>;
  rules(): Promise<readonly RuleSetting[]>;
  /** Throws `alert.stale_revision`. */
  setRule(
    setting: Omit<RuleSetting, "revision">,
    change: { readonly actor: string; readonly revision: bigint },
  ): Promise<RuleSetting>;
  channels(): Promise<readonly AlertChannel[]>;
  /** Throws `alert.channel_taken`, `secret.master_key_missing`. */
  createChannel(draft: ChannelDraft, actor: string): Promise<AlertChannel>;
  /** Throws `alert.channel_not_found`, `alert.stale_revision`, `secret.master_key_missing`. */
  updateChannel(
    id: string,
    draft: ChannelDraft,
    change: { readonly actor: string; readonly revision: bigint },
  ): Promise<AlertChannel>;
  /** Throws `alert.channel_not_found`, `alert.stale_revision`. */
  deleteChannel(id: string, change: { readonly actor: string; readonly revision: bigint }): Promise<void>;
  silences(): Promise<readonly AlertSilence[]>;
  createSilence(
    draft: Pick<AlertSilence, "rule" | "subject" | "reason" | "until">,
    actor: string,
  ): Promise<AlertSilence>;
  /** Throws `alert.silence_not_found`. */
  deleteSilence(id: string, actor: string): Promise<void>;
}

/** What the API needs of alerts. */
export interface Alerting {
  readonly store: AlertingStore;
  /** Why alerts may not be sent there, in a sentence; null when they may. Names are judged when they are called. */
  refusalOf(url: string, kind: ChannelKind): string | null;
  /** Sends a test through a channel. Throws `alert.channel_not_found`, `alert.undelivered`. */
  test(channelId: string): Promise<void>;
}
