import { describe, expect, test } from "vitest";
import { languageOf } from "../src/language.ts";
import { inLanguage } from "../src/views/in-language.ts";
import { appOver } from "./support/small-house.ts";

describe("the language that Accept-Language prefers", () => {
  test.each([
    [undefined, "en"],
    ["", "en"],
    ["zh-CN", "zh-CN"],
    ["zh", "zh-CN"],
    ["zh-Hans-CN;q=0.9, en;q=0.8", "zh-CN"],
    ["ZH-cn", "zh-CN"],
    ["en-GB, zh-CN;q=0.9", "en"],
    ["en;q=0.5, zh-TW;q=0.6", "zh-CN"],
    ["zh;q=0, en;q=0.1", "en"],
    ["zh;q=0", "en"],
    ["de, fr;q=0.9, zh;q=0.1", "zh-CN"],
    ["*, zh;q=0.9", "en"],
    ["zh;q=2, en", "en"],
    ["zh;q=abc", "en"],
    [`${"de,".repeat(10_000)}zh`, "en"],
  ] as const)("of %j is %s", (header, language) => {
    expect(languageOf(header)).toBe(language);
  });
});

test("a problem is told in Chinese to who prefers it, under the same code", async () => {
  const { app } = appOver();
  const url = "/api/v1/consumers/nobody";

  const english = await app.inject({ url });
  const chinese = await app.inject({ url, headers: { "accept-language": "zh-CN,zh;q=0.9,en;q=0.8" } });

  expect(chinese.statusCode).toBe(english.statusCode);
  expect(chinese.json()).toMatchObject({
    code: "consumer.not_found",
    title: "没有这个消费者",
    remedy: "列出消费者以查看其名称和编号。",
  });
  expect(english.json()).toMatchObject({ code: "consumer.not_found", title: "No such consumer" });
  expect([english.headers["content-language"], chinese.headers["content-language"]]).toEqual(["en", "zh-CN"]);
  expect([english.headers["vary"], chinese.headers["vary"]]).toEqual(["Accept-Language", "Accept-Language"]);
});

test("faults of a request are told in Chinese, at the same pointers", async () => {
  const { app } = appOver();
  const ask = (language: string) =>
    app.inject({
      method: "POST",
      url: "/api/v1/consumers",
      headers: { "accept-language": language },
      payload: { name: "a", handler_func: 7, topicc: "t" },
    });

  const [english, chinese] = [await ask("en"), await ask("zh")].map((answer) => answer.json());

  const pointersOf = (problem: { errors: { pointer: string }[] }) =>
    problem.errors.map(({ pointer }) => pointer);
  expect(pointersOf(chinese)).toEqual(pointersOf(english));
  expect(chinese.errors).toContainEqual(
    expect.objectContaining({ pointer: "/topicc", message: "没有这个字段。", suggestion: "topic" }),
  );
});

test("an answer says its language, too", async () => {
  const { app } = appOver();

  const answer = await app.inject({ url: "/api/v1/consumers", headers: { "accept-language": "zh" } });

  expect(answer.statusCode).toBe(200);
  expect([answer.headers["content-language"], answer.headers["vary"]]).toEqual(["zh-CN", "Accept-Language"]);
});

test("causes in an answer get the words of the language, and nothing else changes", () => {
  const cause = {
    code: "kafka.unreachable",
    title: "No Kafka broker can be reached",
    facts: { brokers: "a:9092" },
    remedy: "See KAFKA_HOST and whether the brokers are up.",
  };
  const foreign = { code: "empi.rejected", title: "Refused", remedy: "Mend it." };
  const answer = {
    items: [{ name: "patients", observed: { state: "recovering", cause } }, { cause: foreign }],
  };

  const chinese = inLanguage("zh-CN", answer);

  expect(chinese).toEqual({
    items: [
      {
        name: "patients",
        observed: {
          state: "recovering",
          cause: {
            ...cause,
            title: "无法连接任何 Kafka 代理",
            remedy: "检查 KAFKA_HOST，以及代理是否在运行。",
          },
        },
      },
      { cause: foreign },
    ],
  });
});

test("what has a code and no words of its own gets none", () => {
  expect(inLanguage("zh-CN", { code: "kafka.unreachable", at: 1 })).toEqual({
    code: "kafka.unreachable",
    at: 1,
  });
});
