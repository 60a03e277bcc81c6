import { expect, test } from "vitest";
import {
  codes,
  faultIn,
  faultSentenceIn,
  isCode,
  observedStates,
  sentenceIn,
  textsOf,
  wordIn,
} from "../src/index.ts";

const han = /\p{Script=Han}/u;
const registered = Object.keys(codes).filter(isCode);

test("every code has a title without a full stop and a remedy in whole sentences, in Chinese", () => {
  for (const code of registered) {
    const { title, remedy } = textsOf(code, "zh-CN");
    expect(title, code).toMatch(han);
    expect(title, code).not.toMatch(/[。.]$/);
    expect(remedy, code).toMatch(han);
    expect(remedy, code).toMatch(/。$/);
  }
});

test("what is typed or set stands in the Chinese text as it stands in the English one", () => {
  const typed = /`[^`]+`|\b[A-Z]+(?:_[A-Z]+)+\b|(?<=: |Run |with )gluttony [a-z-]+ [a-z-]+|--[a-z-]+/g;

  const lost = registered.flatMap((code) => {
    const english = textsOf(code, "en");
    const chinese = textsOf(code, "zh-CN");
    const wanted = `${english.title} ${english.remedy}`.match(typed) ?? [];
    return wanted
      .filter((one) => !`${chinese.title} ${chinese.remedy}`.includes(one))
      .map((one) => [code, one]);
  });

  expect(lost).toEqual([]);
});

test("an error is one sentence in either language, with the same facts", () => {
  const error = { code: "consumer.not_found", facts: { consumer: "ward" } } as const;

  expect(sentenceIn("en", error)).toBe("No such consumer (consumer=ward)");
  expect(sentenceIn("zh-CN", error)).toBe("没有这个消费者（consumer=ward）");
});

test("every state has a Chinese word, and what is no word of ours stays", () => {
  for (const state of observedStates) expect(wordIn("zh-CN", state)).toMatch(han);
  expect(wordIn("en", "running")).toBe("running");
  expect(wordIn("zh-CN", "empi.rejected")).toBe("empi.rejected");
  expect(wordIn("zh-CN", "constructor")).toBe("constructor");
});

test.each([
  ["Must be one of: a, b.", "必须是以下之一：a, b。"],
  ["Must be a whole number from 1 to 60000.", "必须是 1 到 60000 之间的整数。"],
  ["Must be milliseconds, a whole number from 1 to 60000.", "必须是整数，单位 milliseconds，从 1 到 60000。"],
  ["Both A and A_FILE are set.", "A 和 A_FILE 同时设置了。"],
  ['Must match pattern "^[a-z]+$".', '必须符合模式 "^[a-z]+$"。'],
  ["Something nobody translated.", "Something nobody translated."],
])("the fault %j is %j", (english, chinese) => {
  expect(faultSentenceIn("zh-CN", english)).toBe(chinese);
  expect(faultSentenceIn("en", english)).toBe(english);
});

test("a fault keeps its path, and what is to be written instead where that is no sentence", () => {
  const fault = { path: "KAFKA_HOST", message: "Is not set.", suggestion: "127.0.0.1:9092" };

  expect(faultIn("zh-CN", fault)).toEqual({ ...fault, message: "未设置。" });
});
