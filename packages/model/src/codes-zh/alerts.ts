import type { ChineseOf } from "../chinese.ts";
import type { alertsCodes } from "../codes/alerts.ts";

/** Alerts and their channels, in Chinese. */
export const alertsChinese: ChineseOf<typeof alertsCodes> = {
  "alert.not_found": ["没有这个未结束的告警", "查看现有告警：gluttony alert list。"],
  "alert.rule_not_found": ["没有这条规则", "查看现有规则：gluttony alert rules。"],
  "alert.channel_not_found": ["没有这个通知渠道", "查看现有渠道：gluttony alert channels。"],
  "alert.channel_taken": ["已有同名的通知渠道", "换一个名称。"],
  "alert.silence_not_found": ["没有这个静默", "查看现有的静默；已结束的会被移除。"],
  "alert.stale_revision": ["在此期间已被他人修改", "重新读取，然后重复修改。"],
  "alert.destination_refused": [
    "不允许向该地址发送告警",
    "填写未被保留、不含用户名的 http 或 https 地址（邮件为 smtp 或 smtps 地址），或者填写引用。",
  ],
  "alert.undelivered": ["通知渠道没有接收消息", "查看原因；检查渠道的地址和密钥。"],
};
