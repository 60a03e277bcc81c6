import {
  type Alerting,
  alertMail,
  alertRequest,
  type ChannelKind,
  isTaken,
  type ToldAlert,
} from "@gluttony/admin";
import { type HttpClient, isHostRefused, parseMailServer, sendMail } from "@gluttony/egress";
import { GluttonyError } from "@gluttony/model";
import { createAlertingStore, isReference, type OpenedChannel, openChannel } from "@gluttony/postgres";
import { systemClock } from "@gluttony/runtime";
import type { Stores } from "./stores.ts";

/** Milliseconds that a channel may take to answer. */
const sendTimeoutMs = 10_000;

/** What the API needs of alerts, on real parts. */
export function alertingOf(stores: Stores, http: HttpClient): Alerting {
  const { pool, box } = stores;
  return {
    store: createAlertingStore(pool, box),
    refusalOf,
    async test(channelId) {
      const channel = await openChannel(pool, channelId, { box, resolver: stores.secrets });
      const test: ToldAlert = {
        alertId: "test",
        turn: "test",
        rule: "consumer_failed",
        subjectKind: "consumer",
        subjectName: "test",
        since: new Date(systemClock.wallMs()),
        value: null,
        threshold: 0,
      };
      await sendAlert(test, channel, http);
    },
  };
}

/** Why alerts may not be sent to an address that is written down; names are judged when they are called. Pure. */
export function refusalOf(url: string, kind: ChannelKind): string | null {
  if (isReference(url)) return null;
  if (kind === "mail") return mailRefusalOf(url);
  if (!URL.canParse(url)) return "Is no URL.";
  const { protocol, username, password, hostname } = new URL(url);
  if (protocol !== "http:" && protocol !== "https:") return "Must begin with http:// or https://.";
  if (username !== "" || password !== "") return "Must not hold a user: give a secret.";
  return isHostRefused(hostname) ? "The address is reserved." : null;
}

function mailRefusalOf(url: string): string | null {
  const server = parseMailServer(url);
  if (server === null) return "Must be smtp://host:port or smtps://host:port, without a user: give a secret.";
  return isHostRefused(server.host) ? "The address is reserved." : null;
}

/** Tells an alert through a channel. Throws `alert.undelivered`, with a reason that repeats nothing of the address. */
export async function sendAlert(alert: ToldAlert, channel: OpenedChannel, http: HttpClient): Promise<void> {
  const { kind, mail } = channel;
  // A reference may name what could not be looked at when it was written down.
  if (refusalOf(channel.url, kind) !== null) throw new GluttonyError("alert.destination_refused");
  if (kind === "mail") {
    if (mail !== null) await sendAlertMail(alert, { ...channel, mail });
    return;
  }
  const { url, json, headers } = alertRequest(alert, { ...channel, kind }, systemClock.wallMs());
  const answer = await http.request({ url, method: "POST", json, headers, timeoutMs: sendTimeoutMs });
  if ("fault" in answer) throw new GluttonyError("alert.undelivered", { reason: answer.fault.reason });
  // Some chats say in plain text that their answer is JSON.
  const told = answer.json ?? parsedOrNull(answer.text);
  if (!isTaken(kind, answer.status, told))
    throw new GluttonyError("alert.undelivered", { reason: "refused", status: answer.status });
}

/** Whoever was refused is not told again while others were told, or these would be told twenty times; a test says so. */
async function sendAlertMail(
  alert: ToldAlert,
  { url, secret, language, mail }: OpenedChannel & { readonly mail: NonNullable<OpenedChannel["mail"]> },
): Promise<void> {
  const { from, to, user, allowsClearText } = mail;
  const login = user === null ? null : { user, password: secret ?? "" };
  const sent = await sendMail(
    { from, to, ...alertMail(alert, language) },
    { url, login, allowsClearText, timeoutMs: sendTimeoutMs },
  );
  if ("fault" in sent)
    throw new GluttonyError("alert.undelivered", { reason: sent.fault, status: sent.status });
  if (alert.turn === "test" && sent.refused > 0)
    throw new GluttonyError("alert.undelivered", { reason: "recipients_refused", recipients: sent.refused });
}

function parsedOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
