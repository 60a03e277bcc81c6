// Writes docs/errors.md, and docs/errors.zh-CN.md, from the register of codes and the notes beside this file. Run it after a build.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { notes } from "./error-notes.mjs";
import { codes, textsOf } from "../packages/model/dist/index.js";

const exits = [
  "0 done",
  "1 unexpected",
  "2 usage",
  "3 environment",
  "4 conflict",
  "5 not allowed",
  "6 waited too long",
  "7 done in part",
];

const head = `# Errors

Every code that gluttony gives, in the API's problems, logs, metrics, states and commands alike. A code never changes its meaning.
Facts beside it say what was seen; they never hold row values, keys or secrets. Codes that are not here are a plugin's own.

Exit codes of commands: ${exits.join(", ")}.

Written by \`scripts/write-error-docs.mjs\` from the register, [codes.ts](../packages/model/src/codes.ts) and the files beside it.
`;

const chineseHead = `# 错误

gluttony 给出的每个代码；接口的问题应答、日志、指标、状态和命令都使用同一代码。代码的含义从不改变。
代码旁的事实说明所见的情况；其中从不含行的值、键或密钥。这里没有的代码属于插件自己。

命令的退出码：0 完成，1 意外，2 用法，3 环境，4 冲突，5 不允许，6 等待过久，7 部分完成。

由 \`scripts/write-error-docs.mjs\` 从登记表生成。典型情形的说明见[英文页](errors.md)。
`;

const unknown = Object.keys(notes).filter((code) => !Object.hasOwn(codes, code));
const without = Object.keys(codes).filter((code) => !Object.hasOwn(notes, code));
for (const code of unknown)
  process.stderr.write(`error-notes.mjs speaks of ${code}, which is not registered.\n`);
for (const code of without) process.stderr.write(`error-notes.mjs says nothing of ${code}.\n`);
if (unknown.length + without.length > 0) process.exitCode = 1;

const sections = Object.entries(codes).map(([code, entry]) => section(code, entry));
const chineseSections = Object.keys(codes).map((code) => chineseSection(code, codes[code]));
write("errors.md", head, sections);
write("errors.zh-CN.md", chineseHead, chineseSections);

function write(file, beginning, parts) {
  writeFileSync(join(import.meta.dirname, "..", "docs", file), `${beginning}\n${parts.join("\n")}`);
}

function chineseSection(code, { status, exit }) {
  const { title, remedy } = textsOf(code, "zh-CN");
  return `## ${code}\n\n**${title}。**\n\n处理：${remedy}\n\nHTTP ${status}，退出码 ${exit}。\n`;
}

function section(code, { title, status, exit, remedy }) {
  const note = Object.hasOwn(notes, code) ? `${notes[code]}\n\n` : "";
  return `## ${code}\n\n**${title}.** ${note === "" ? "\n\n" : note}What to do: ${remedy}\n\nHTTP ${status}, exit ${exit}.\n`;
}
