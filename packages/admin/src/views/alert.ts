import { alertRuleEntries, type Facts } from "@gluttony/model";
import type {
  Alert,
  AlertChannel,
  AlertDelivery,
  AlertSilence,
  MailSettings,
  RuleSetting,
} from "../alerting-ports.ts";

/** An alert as the API shows it. */
export interface AlertView extends Pick<Alert, "id" | "rule" | "state" | "value" | "threshold"> {
  readonly title: string;
  readonly severity: string;
  readonly unit: string;
  readonly subject: { readonly kind: string; readonly id: string };
  readonly since: string;
  readonly firedAt: string | null;
  readonly resolvedAt: string | null;
  readonly evidence: Facts;
  /** What to do, in one sentence. */
  readonly next: string;
  readonly acknowledged: { readonly by: string; readonly at: string; readonly note: string | null } | null;
  readonly deliveries: readonly (Omit<AlertDelivery, "nextAt"> & { readonly nextAt: string })[];
}

/** Pure. */
export function alertView(alert: Alert): AlertView {
  const { id, rule, state, value, threshold, evidence, acknowledgedBy, acknowledgedAt } = alert;
  const { title, severity, unit, remedy } = alertRuleEntries[rule];
  return {
    id,
    rule,
    title,
    severity,
    unit,
    state,
    value,
    threshold,
    evidence,
    subject: { kind: alert.subjectKind, id: alert.subject },
    since: alert.since.toISOString(),
    firedAt: alert.firedAt?.toISOString() ?? null,
    resolvedAt: alert.resolvedAt?.toISOString() ?? null,
    next: remedy,
    acknowledged:
      acknowledgedBy === null || acknowledgedAt === null
        ? null
        : { by: acknowledgedBy, at: acknowledgedAt.toISOString(), note: alert.acknowledgedNote },
    deliveries: alert.deliveries.map(({ channel, turn, state: told, attempts, nextAt, code }) => ({
      channel,
      turn,
      state: told,
      attempts,
      code,
      nextAt: nextAt.toISOString(),
    })),
  };
}

/** A rule as the API shows it. */
export interface RuleView extends Pick<RuleSetting, "rule" | "isEnabled" | "threshold" | "forMs"> {
  readonly title: string;
  readonly subject: string;
  readonly severity: string;
  readonly unit: string;
  /** The rule's name once more: what its path is made of. */
  readonly id: string;
  readonly builtIn: { readonly threshold: number; readonly forMs: number };
  readonly next: string;
  readonly revision: string;
}

/** A rule as it is set, and as it is built in. Pure. */
export function ruleView({ rule, isEnabled, threshold, forMs, revision }: RuleSetting): RuleView {
  const { title, subject, severity, unit, remedy, ...builtIn } = alertRuleEntries[rule];
  return {
    id: rule,
    rule,
    title,
    subject,
    severity,
    unit,
    isEnabled,
    threshold,
    forMs,
    builtIn: { threshold: builtIn.threshold, forMs: builtIn.forMs },
    next: remedy,
    revision: String(revision),
  };
}

/** How a secret is kept; its reference, if it is one. */
interface Kept {
  readonly kind: "reference" | "sealed";
  readonly ref: string | null;
}

/** A channel as the API shows it. */
export interface ChannelView
  extends Pick<AlertChannel, "id" | "name" | "kind" | "isEnabled" | "language" | "mail"> {
  readonly url: Kept;
  readonly secret: Kept | null;
  readonly revision: string;
}

/** A channel without its address and secret. Pure. */
export function channelView(channel: AlertChannel): ChannelView {
  const { id, name, kind, isEnabled, language, urlReference, secretReference, hasSecret, mail, revision } =
    channel;
  return {
    id,
    name,
    kind,
    isEnabled,
    language,
    url: keptAs(urlReference),
    secret: hasSecret ? keptAs(secretReference) : null,
    mail: mail === null ? null : mailView(mail),
    revision: String(revision),
  };
}

/** A silence as the API shows it. */
export interface SilenceView extends Pick<AlertSilence, "id" | "rule" | "subject" | "reason" | "createdBy"> {
  readonly createdAt: string;
  readonly until: string;
}

/** Pure. */
export function silenceView(silence: AlertSilence): SilenceView {
  const { id, rule, subject, reason, createdBy, createdAt, until } = silence;
  return {
    id,
    rule,
    subject,
    reason,
    createdBy,
    createdAt: createdAt.toISOString(),
    until: until.toISOString(),
  };
}

function mailView({ from, to, user, allowsClearText }: MailSettings): MailSettings {
  return { from, to, user, allowsClearText };
}

function keptAs(reference: string | null): Kept {
  return { kind: reference === null ? "sealed" : "reference", ref: reference };
}
