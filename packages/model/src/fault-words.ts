import type { Fault } from "./error.ts";
import type { Language } from "./language.ts";

/**
 * Sentences of faults in Chinese by their English ones; `{}` stands for what is put in. A test tries the sentences of the parsers that an
 * administrator meets most. What is not here stays English: the code beside it has its Chinese.
 */
const sentences: readonly (readonly [english: string, chinese: string])[] = [
  ["No such field.", "没有这个字段。"],
  ["This field is missing.", "缺少此字段。"],
  ["No such setting.", "没有这个设置。"],
  ["This key is not known.", "未知的键。"],
  ["This key is missing.", "缺少此键。"],
  ["Fits none of the forms allowed here.", "不符合此处允许的任何形式。"],
  ["Must be equal to one of the allowed values: {}.", "必须是以下之一：{}。"],
  ["Must be one of: {}.", "必须是以下之一：{}。"],
  ["Must be a whole number from {} to {}.", "必须是 {} 到 {} 之间的整数。"],
  ["Must be {}, a whole number from {} to {}.", "必须是整数，单位 {}，从 {} 到 {}。"],
  ["Must be from {} to {}.", "必须在 {} 到 {} 之间。"],
  ["Must be string.", "必须是文本。"],
  ["Must be integer.", "必须是整数。"],
  ["Must be number.", "必须是数字。"],
  ["Must be boolean.", "必须是布尔值。"],
  ["Must be object.", "必须是对象。"],
  ["Must be array.", "必须是列表。"],
  ["Must be null.", "必须是 null。"],
  ["Must be an object.", "必须是对象。"],
  ["Must be an object of texts.", "必须是由文本组成的对象。"],
  ["Must be a list.", "必须是列表。"],
  ["Must be text, a number or a boolean.", "必须是文本、数字或布尔值。"],
  ["Must not be empty.", "不得为空。"],
  ["Must NOT have fewer than {} characters.", "不得少于 {} 个字符。"],
  ["Must NOT have more than {} characters.", "不得多于 {} 个字符。"],
  ["Must NOT have fewer than {} items.", "不得少于 {} 项。"],
  ["Must NOT have more than {} items.", "不得多于 {} 项。"],
  ["Must match pattern {}.", "必须符合模式 {}。"],
  ["Must match format {}.", "必须符合格式 {}。"],
  ["Must be >= {}.", "必须大于或等于 {}。"],
  ["Must be <= {}.", "必须小于或等于 {}。"],
  ["At most {} characters.", "最多 {} 个字符。"],
  ["At least {} characters.", "至少 {} 个字符。"],
  ["At most {} labels.", "最多 {} 个标签。"],
  ["Has {} entries; at most {}.", "有 {} 项；最多 {} 项。"],
  ["Must name a handler.", "必须指定处理器。"],
  ["Must name a column.", "必须指定列。"],
  ["Names a column twice.", "同一列写了两次。"],
  ["No such data source.", "没有这种数据源。"],
  ["No such role.", "没有这个角色。"],
  ["A label is written name=value.", "标签写作 name=value。"],
  ["A label is a text of 1 to 128 letters and digits.", "标签是 1 至 128 个字母和数字的文本。"],
  [
    "A label's name is of small letters, digits, dots and dashes, beginning with a letter.",
    "标签的名称由小写字母、数字、点和连字符组成，以字母开头。",
  ],
  [
    "Name a topic, or give data_source, capture_schema and capture_table to derive one.",
    "指定主题，或给出 data_source、capture_schema 和 capture_table 以推导主题。",
  ],
  [
    "Letters, digits, dot, underscore and hyphen only, at most {}.",
    "只能使用字母、数字、点、下划线和连字符，最多 {} 个。",
  ],
  ["Is not the id of this consumer.", "不是此消费者的编号。"],
  ["Not a cursor of this list.", "不是此列表的游标。"],
  ["Nothing would move.", "不会移动任何内容。"],
  ["Is not set.", "未设置。"],
  ["Both {} and {} are set.", "{} 和 {} 同时设置了。"],
  ["Unset one of them.", "取消其中之一。"],
  ["The file cannot be read.", "无法读取此文件。"],
  ["A readable file with the secret alone.", "一个只含密钥的可读文件。"],
  ["Is not a Postgres URL.", "不是 Postgres 地址。"],
  ["Has a scheme; brokers have none.", "带有协议；代理地址不带协议。"],
  ["Must be host:port, comma separated.", "必须是 host:port，以逗号分隔。"],
  ["Must be host:port.", "必须是 host:port。"],
  ["Must be an http or https URL.", "必须是 http 或 https 地址。"],
  ["Must hold no login, query or fragment.", "不得含登录信息、查询或片段。"],
  ["Must be an absolute path.", "必须是绝对路径。"],
  ["Listening beyond loopback needs a token.", "在回环地址以外监听需要令牌。"],
  [
    "Set GLUTTONY_ADMIN_TOKEN or GLUTTONY_ADMIN_TOKEN_FILE, or listen on 127.0.0.1.",
    "设置 GLUTTONY_ADMIN_TOKEN 或 GLUTTONY_ADMIN_TOKEN_FILE，或监听 127.0.0.1。",
  ],
  ["Leave it out.", "去掉它。"],
  ["One of: {}", "以下之一：{}"],
  ["Allowed: {}.", "允许：{}。"],
  ["Did you mean {}?", "是否指 {}？"],
  ["Take it from `next`.", "取自 `next`。"],
  ["The table has no such column.", "表中没有这一列。"],
];

const known = sentences.map(([english, chinese]) => ({ pattern: patternOf(english), chinese }));

/** A fault's sentence in one language; as it is when its Chinese is not known. Pure. */
export function faultSentenceIn(language: Language, text: string): string {
  if (language === "en") return text;
  for (const { pattern, chinese } of known) {
    const found = pattern.exec(text);
    if (found !== null) return filled(chinese, found.slice(1));
  }
  return text;
}

/** A fault in one language; its path stays. Pure. */
export function faultIn(language: Language, { path, message, suggestion }: Fault): Fault {
  const told = { path, message: faultSentenceIn(language, message) };
  return suggestion === undefined ? told : { ...told, suggestion: faultSentenceIn(language, suggestion) };
}

function patternOf(english: string): RegExp {
  const escaped = english.replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll("{}", "(.+?)")}$`, "s");
}

function filled(chinese: string, parts: readonly string[]): string {
  let next = 0;
  return chinese.replaceAll("{}", () => parts[next++] ?? "");
}
