import { createHmac } from "node:crypto";
import { alertRuleEntries, type AlertRuleName } from "@gluttony/model";
import type { AlertLanguage, ChatKind } from "../alerting-ports.ts";
import { alertWords, remedyOf, titleOf } from "./words.ts";

/** What is told of an alert. It holds names of consumers and connectors and numbers, nothing of rows. */
export interface ToldAlert {
  readonly alertId: string;
  /** `test` says that nothing is wrong. */
  readonly turn: "firing" | "resolved" | "test";
  readonly rule: AlertRuleName;
  readonly subjectKind: "consumer" | "connector";
  readonly subjectName: string;
  readonly since: Date;
  readonly value: number | null;
  readonly threshold: number;
}

/** Where and how it is told. */
export interface ToldThrough {
  readonly kind: ChatKind;
  readonly language: AlertLanguage;
  readonly url: string;
  readonly secret: string | null;
}

/** A request to be sent; what it answers is judged by `isTaken`. */
export interface AlertRequest {
  readonly url: string;
  readonly json: unknown;
  readonly headers: { readonly [name: string]: string };
}

/** The request that tells an alert through a channel at a moment. Pure. */
export function alertRequest(alert: ToldAlert, through: ToldThrough, nowMs: number): AlertRequest {
  const { kind, url, secret, language } = through;
  const text = textOf(alert, language);
  switch (kind) {
    case "webhook":
      return webhook(alert, through, nowMs);
    case "wecom":
      return { url, headers: {}, json: { msgtype: "text", text: { content: text } } };
    case "dingtalk":
      return {
        url: signedForDingTalk(url, secret, nowMs),
        headers: {},
        json: { msgtype: "text", text: { content: text } },
      };
    case "feishu":
      return {
        url,
        headers: {},
        json: { ...signedForFeishu(secret, nowMs), msg_type: "text", content: { text } },
      };
  }
}

/** Whether an answer says that the message was taken: chats answer 200 to what they refuse, and a number that tells. Pure. */
export function isTaken(kind: ChatKind, status: number, json: unknown): boolean {
  if (status < 200 || status >= 300) return false;
  if (kind === "webhook") return true;
  const told = typeof json === "object" && json !== null ? json : {};
  const code: unknown = Reflect.get(told, kind === "feishu" ? "code" : "errcode");
  return code === 0;
}

/** Seconds and body are signed, so that a message cannot be sent again later, nor changed. */
function webhook(alert: ToldAlert, { url, secret, language }: ToldThrough, nowMs: number): AlertRequest {
  const { unit, severity } = alertRuleEntries[alert.rule];
  const json = {
    type: "gluttony.alert",
    id: alert.alertId,
    turn: alert.turn,
    rule: alert.rule,
    severity,
    title: titleOf(alert.rule, language),
    subject: { kind: alert.subjectKind, name: alert.subjectName },
    since: alert.since.toISOString(),
    value: alert.value,
    threshold: alert.threshold,
    unit,
    next: remedyOf(alert.rule, language),
    text: textOf(alert, language),
  };
  const seconds = String(Math.floor(nowMs / 1_000));
  const delivery = `${alert.alertId}-${alert.turn}`;
  const headers = { "x-gluttony-delivery": delivery, "x-gluttony-timestamp": seconds };
  if (secret === null) return { url, json, headers };
  const signature = createHmac("sha256", secret)
    .update(`${seconds}.${JSON.stringify(json)}`)
    .digest("hex");
  return { url, json, headers: { ...headers, "x-gluttony-signature": `sha256=${signature}` } };
}

function signedForDingTalk(url: string, secret: string | null, nowMs: number): string {
  if (secret === null) return url;
  const sign = createHmac("sha256", secret).update(`${nowMs}\n${secret}`).digest("base64");
  const signed = new URL(url);
  signed.searchParams.set("timestamp", String(nowMs));
  signed.searchParams.set("sign", sign);
  return signed.toString();
}

function signedForFeishu(secret: string | null, nowMs: number): { readonly [name: string]: string } {
  if (secret === null) return {};
  const timestamp = String(Math.floor(nowMs / 1_000));
  return { timestamp, sign: createHmac("sha256", `${timestamp}\n${secret}`).update("").digest("base64") };
}

/** What is told of an alert, in lines. Pure. */
export function textOf(alert: ToldAlert, language: AlertLanguage): string {
  const words = alertWords[language];
  if (alert.turn === "test") return headlineOf(alert, language);
  const { unit } = alertRuleEntries[alert.rule];
  const shown = unit === "one" ? "" : ` ${unit}`;
  const value =
    alert.value === null || unit === "one"
      ? []
      : [`${words.value}: ${alert.value}${shown}, ${words.above} ${alert.threshold}${shown}`];
  return [
    headlineOf(alert, language),
    `${words.since}: ${alert.since.toISOString()}`,
    ...value,
    ...(alert.turn === "firing" ? [`${words.next}: ${remedyOf(alert.rule, language)}`] : []),
  ].join("\n");
}

/** What is the matter, and with whom. Pure. */
export function headlineOf(alert: ToldAlert, language: AlertLanguage): string {
  const words = alertWords[language];
  if (alert.turn === "test") return `gluttony: ${words.test}`;
  return `gluttony ${words[alert.turn]}: ${titleOf(alert.rule, language)}: ${alert.subjectName}`;
}
