import { alertRuleEntries, alertRuleNames, GluttonyError } from "@gluttony/model";
import type {
  Alert,
  AlertChannel,
  Alerting,
  AlertingStore,
  AlertSilence,
  ChannelDraft,
  ChannelKind,
  RuleSetting,
} from "../../src/alerting-ports.ts";

/** Who is told of what, in memory. */
export class MemoryAlerting implements Alerting {
  readonly alertsKept: Alert[] = [];
  readonly channelsKept: (AlertChannel & { readonly url: string })[] = [];
  readonly silencesKept: AlertSilence[] = [];
  readonly tested: string[] = [];
  readonly settings = new Map<string, RuleSetting>();

  readonly refusalOf = (url: string, kind: ChannelKind): string | null =>
    url.startsWith(kind === "mail" ? "smtp" : "http") || url.startsWith("${")
      ? null
      : "Must begin with http:// or https://.";

  readonly test = async (channelId: string): Promise<void> => void this.tested.push(channelId);

  readonly store: AlertingStore = {
    alerts: async ({ state, limit }) =>
      this.alertsKept.filter((alert) => state === undefined || alert.state === state).slice(0, limit),
    alert: async (id) => this.alertsKept.find((alert) => alert.id === id) ?? null,
    acknowledge: async (id, { actor, note }) => {
      const place = this.alertsKept.findIndex((alert) => alert.id === id && alert.state !== "resolved");
      const found = this.alertsKept[place];
      if (found === undefined) throw new GluttonyError("alert.not_found");
      const taken = { acknowledgedBy: actor, acknowledgedAt: new Date(0), acknowledgedNote: note };
      const alert = { ...found, ...taken };
      this.alertsKept[place] = alert;
      return alert;
    },
    rules: async () =>
      alertRuleNames.map((rule) => {
        const { threshold, forMs } = alertRuleEntries[rule];
        return this.settings.get(rule) ?? { rule, isEnabled: true, threshold, forMs, revision: 0n };
      }),
    setRule: async (setting, { revision }) => {
      if ((this.settings.get(setting.rule)?.revision ?? 0n) !== revision)
        throw new GluttonyError("alert.stale_revision");
      const set = { ...setting, revision: revision + 1n };
      this.settings.set(setting.rule, set);
      return set;
    },
    channels: async () => this.channelsKept,
    createChannel: async (draft) => {
      if (this.channelsKept.some(({ name }) => name === draft.name))
        throw new GluttonyError("alert.channel_taken");
      const channel = channelOf(draft, { id: String(this.channelsKept.length + 1), revision: 1n });
      this.channelsKept.push(channel);
      return channel;
    },
    updateChannel: async (id, draft, { revision }) => {
      const place = this.channelsKept.findIndex((channel) => channel.id === id);
      if (this.channelsKept[place]?.revision !== revision) throw new GluttonyError("alert.stale_revision");
      const url = draft.url ?? this.channelsKept[place]?.url;
      const channel = channelOf({ ...draft, url }, { id, revision: revision + 1n });
      this.channelsKept[place] = channel;
      return channel;
    },
    deleteChannel: async (id, { revision }) => {
      const place = this.channelsKept.findIndex((channel) => channel.id === id);
      if (this.channelsKept[place]?.revision !== revision) throw new GluttonyError("alert.stale_revision");
      this.channelsKept.splice(place, 1);
    },
    silences: async () => this.silencesKept,
    createSilence: async (draft, createdBy) => {
      const id = String(this.silencesKept.length + 1);
      const silence = { ...draft, id, createdBy, createdAt: new Date(0) };
      this.silencesKept.push(silence);
      return silence;
    },
    deleteSilence: async (id) => {
      const place = this.silencesKept.findIndex((silence) => silence.id === id);
      if (place === -1) throw new GluttonyError("alert.silence_not_found");
      this.silencesKept.splice(place, 1);
    },
  };
}

function channelOf(
  { name, kind, isEnabled, language, url = "", secret, mail }: ChannelDraft,
  kept: { readonly id: string; readonly revision: bigint },
): AlertChannel & { readonly url: string } {
  return {
    ...kept,
    name,
    kind,
    isEnabled,
    language,
    url,
    urlReference: url.startsWith("${") ? url : null,
    secretReference: null,
    hasSecret: secret !== null && secret !== undefined,
    mail,
  };
}
