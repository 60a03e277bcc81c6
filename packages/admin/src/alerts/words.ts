import { alertRuleEntries, type AlertRuleName } from "@gluttony/model";
import type { AlertLanguage } from "../alerting-ports.ts";

const titlesZh: { readonly [rule in AlertRuleName]: string } = {
  consumer_failed: "消费者失败",
  consumer_blocked: "消费者或其某个键数分钟未推进",
  lag_seconds: "消费者落后数据源过久",
  lag_growing: "消费者积压持续增长",
  source_silent: "数据源应有信号而无信号",
  slot_retained: "复制槽占用过多日志",
  dead_letters: "有记录进入死信",
  handler_slow: "处理器变慢",
  cell_restarts: "处理器进程反复退出",
  commits_failing: "位点无法写入",
};

const remediesZh: { readonly [rule in AlertRuleName]: string } = {
  consumer_failed: "查看其状态所述的原因和处理办法。",
  consumer_blocked: "查看其状态所述的原因，以及它的死信。",
  lag_seconds: "查看目标系统是否响应缓慢；若其能承受，可调高 delivery.concurrency。",
  lag_growing: "查看目标系统是否响应缓慢；若其能承受，可调高 delivery.concurrency。",
  source_silent: "查看数据库是否可用、连接器所在节点能否访问它；重启连接器。",
  slot_retained: "让连接器继续运行，否则数据源磁盘会写满；无人读取的复制槽应删除。",
  dead_letters: "用 gluttony dead-letter stats 查看原因，消除原因后重放。",
  handler_slow: "查看目标系统是否响应缓慢。",
  cell_restarts: "查看主机日志中进程退出的原因；回退到上一个版本。",
  commits_failing: "查看 gluttony 的数据库和 Kafka 是否响应：gluttony doctor。",
};

/** A rule's title in a language. */
export function titleOf(rule: AlertRuleName, language: AlertLanguage): string {
  return language === "zh-CN" ? titlesZh[rule] : alertRuleEntries[rule].title;
}

/** What to do, in a language. */
export function remedyOf(rule: AlertRuleName, language: AlertLanguage): string {
  return language === "zh-CN" ? remediesZh[rule] : alertRuleEntries[rule].remedy;
}

/** Other words of messages. */
export const alertWords: {
  readonly [language in AlertLanguage]: {
    readonly firing: string;
    readonly resolved: string;
    readonly since: string;
    readonly value: string;
    readonly above: string;
    readonly next: string;
    readonly test: string;
  };
} = {
  en: {
    firing: "Alert",
    resolved: "Resolved",
    since: "Since",
    value: "Value",
    above: "above",
    next: "What to do",
    test: "A test of this channel. Nothing is wrong.",
  },
  "zh-CN": {
    firing: "告警",
    resolved: "已恢复",
    since: "开始于",
    value: "数值",
    above: "超过",
    next: "处理办法",
    test: "这是通道测试，无需处理。",
  },
};
