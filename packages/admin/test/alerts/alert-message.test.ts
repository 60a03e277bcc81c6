import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { alertRequest, isTaken, type ToldAlert } from "../../src/alerts/alert-message.ts";

const nowMs = 1_767_225_600_000;
const alert: ToldAlert = {
  alertId: "7",
  turn: "firing",
  rule: "lag_seconds",
  subjectKind: "consumer",
  subjectName: "empi-sync",
  since: new Date(nowMs),
  value: 400,
  threshold: 300,
};
const through = { kind: "webhook", language: "en", url: "http://hook/x", secret: "s3cret" } as const;

test("a webhook's signature covers the moment and the whole body", () => {
  const { headers, json } = alertRequest(alert, through, nowMs);

  const signed = createHmac("sha256", "s3cret")
    .update(`1767225600.${JSON.stringify(json)}`)
    .digest("hex");
  expect(headers).toEqual({
    "x-gluttony-delivery": "7-firing",
    "x-gluttony-timestamp": "1767225600",
    "x-gluttony-signature": `sha256=${signed}`,
  });
  expect(json).toMatchObject({
    rule: "lag_seconds",
    subject: { name: "empi-sync" },
    value: 400,
    unit: "seconds",
  });
});

test("a webhook without a secret is not signed", () => {
  const { headers } = alertRequest(alert, { ...through, secret: null }, nowMs);

  expect(headers).not.toHaveProperty("x-gluttony-signature");
});

test("each chat is told in its own form and language", () => {
  const textOf = (kind: "wecom" | "dingtalk" | "feishu"): unknown =>
    alertRequest(alert, { ...through, kind, language: "zh-CN", secret: null }, nowMs).json;

  expect(textOf("wecom")).toMatchObject({
    msgtype: "text",
    text: { content: expect.stringContaining("告警") },
  });
  expect(textOf("dingtalk")).toMatchObject({
    msgtype: "text",
    text: { content: expect.stringContaining("empi-sync") },
  });
  expect(textOf("feishu")).toMatchObject({
    msg_type: "text",
    content: { text: expect.stringContaining("400") },
  });
});

test("DingTalk and Feishu are signed as they want it", () => {
  const ding = new URL(alertRequest(alert, { ...through, kind: "dingtalk" }, nowMs).url);
  const feishu = alertRequest(alert, { ...through, kind: "feishu" }, nowMs).json;

  const dingSign = createHmac("sha256", "s3cret").update(`${nowMs}\ns3cret`).digest("base64");
  const feishuSign = createHmac("sha256", "1767225600\ns3cret").update("").digest("base64");
  expect([ding.searchParams.get("timestamp"), ding.searchParams.get("sign")]).toEqual([
    String(nowMs),
    dingSign,
  ]);
  expect(feishu).toMatchObject({ timestamp: "1767225600", sign: feishuSign });
});

test.each([
  ["webhook", 204, null, true],
  ["webhook", 302, null, false],
  ["wecom", 200, { errcode: 0 }, true],
  ["wecom", 200, { errcode: 93_000 }, false],
  ["dingtalk", 200, { errcode: 310_000 }, false],
  ["dingtalk", 200, null, false],
  ["feishu", 200, { code: 0 }, true],
  ["feishu", 200, { code: 19_021 }, false],
] as const)("%s that answers %i %j took it: %s", (kind, status, json, expected) => {
  expect(isTaken(kind, status, json)).toBe(expected);
});

test("the end of an alert says so and asks for nothing; a test says that nothing is wrong", () => {
  const textOf = (turn: ToldAlert["turn"]): string =>
    String(Reflect.get(Object(alertRequest({ ...alert, turn }, through, nowMs).json), "text"));

  expect(textOf("firing")).toContain("What to do");
  expect(textOf("resolved")).toMatch(/^gluttony Resolved: /);
  expect(textOf("resolved")).not.toContain("What to do");
  expect(textOf("test")).toContain("Nothing is wrong");
});
