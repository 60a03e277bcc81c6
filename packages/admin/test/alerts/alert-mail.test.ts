import { expect, test } from "vitest";
import { alertMail } from "../../src/alerts/alert-mail.ts";
import type { ToldAlert } from "../../src/alerts/alert-message.ts";

const alert: ToldAlert = {
  alertId: "7",
  turn: "firing",
  rule: "lag_seconds",
  subjectKind: "consumer",
  subjectName: "empi-sync",
  since: new Date(0),
  value: 400,
  threshold: 300,
};

test("a mail says in both languages what is the matter, with whom, and what to do", () => {
  const [english, chinese] = [alertMail(alert, "en"), alertMail(alert, "zh-CN")];

  expect(english.subject).toBe("gluttony Alert: A consumer is far behind its source: empi-sync");
  expect(english.text).toContain("What to do: ");
  expect(chinese.subject).toContain("消费者落后数据源过久: empi-sync");
  expect(chinese.text).toContain("400 seconds");
  expect([english.id, alertMail({ ...alert, turn: "resolved" }, "en").id]).toEqual([
    "7-firing",
    "7-resolved",
  ]);
});

test("a test says that nothing is wrong", () => {
  expect(alertMail({ ...alert, turn: "test" }, "en").subject).toBe(
    "gluttony: A test of this channel. Nothing is wrong.",
  );
});

test("a name cannot end the subject's line, nor make it endless", () => {
  const { subject } = alertMail(
    { ...alert, subjectName: `a\r\nBcc: x@x.example\u2028${"y".repeat(500)}` },
    "en",
  );

  expect(subject).not.toMatch(/[\r\n\u2028]/);
  expect(subject).toContain("a Bcc: x@x.example yyy");
  expect(subject.length).toBeLessThanOrEqual(200);
});
