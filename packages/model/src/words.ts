import type { Language } from "./language.ts";
import type { DeadLetterState } from "./dead-letter.ts";
import type { EndingKind } from "./failure.ts";
import type { DesiredState, ObservedStateName } from "./state.ts";

/** Every word with which the API says how something stands or ended. */
export type StandingWord =
  | ObservedStateName
  | DesiredState
  | DeadLetterState
  | EndingKind
  | "hole"
  | "active"
  | "pinned"
  | "shadow"
  | "previous"
  | "installed";

const chineseWords: { readonly [word in StandingWord]: string } = {
  starting: "启动中",
  running: "运行中",
  idle: "空闲",
  lagging: "积压中",
  degraded: "降级运行",
  recovering: "恢复中",
  blocked: "阻塞",
  failed: "失败",
  silent: "无信号",
  paused: "已暂停",
  draining: "排空中",
  stopped: "已停止",
  unknown: "未知",
  enabled: "已启用",
  parked: "已搁置",
  replaying: "重放中",
  replayed: "已重放",
  discarded: "已丢弃",
  done: "已完成",
  filtered: "已过滤",
  skipped: "已跳过",
  hole: "空位",
  active: "使用中",
  pinned: "已固定",
  shadow: "影子",
  previous: "上一版本",
  installed: "已安装",
};

/** A word of the API for a person; one that is not of the register stays as it is. */
export function wordIn(language: Language, word: string): string {
  return language === "zh-CN" && isStandingWord(word) ? chineseWords[word] : word;
}

function isStandingWord(word: string): word is StandingWord {
  return Object.hasOwn(chineseWords, word);
}
