import type { ChineseOf } from "../chinese.ts";
import type { consumersCodes } from "../codes/consumers.ts";

/** Consumers, their positions and dead letters, in Chinese. */
export const consumersChinese: ChineseOf<typeof consumersCodes> = {
  "consumer.invalid": ["消费者的行有误", "修正列出的列或键。"],
  "consumer.not_found": ["没有这个消费者", "列出消费者以查看其名称和编号。"],
  "consumer.name_taken": ["同名消费者已存在", "换一个名称。"],
  "consumer.stale_revision": ["消费者在此期间已被修改", "重新读取，并在新修订号上重复修改。"],
  "consumer.revision_required": ["缺少所见的修订号", "发送 If-Match，其值为所读消费者的 ETag。"],
  "consumer.stopped": ["消费者已被人停止", "启动它：`gluttony consumer start`，或设 is_valid = true。"],
  "consumer.unobserved": ["没有主机报告此消费者", "检查是否有主机在运行：gluttony serve。"],
  "consumer.group_shared": [
    "另一个消费者在同一消费组中读取同一主题",
    "给此消费者单独的消费组；否则两者会分走彼此的记录。",
  ],
  "consumer.topic_conflict": ["另一个连接器已在写入此主题", "给此消费者单独的主题。"],
  "position.plan_stale": ["计划已失效", "重新计划：自制定计划以来，消费者已被修改或已有进展。"],
  "position.plan_required": [
    "此次移动未经计划",
    "先请求计划，查看它会重读和跳过什么，再连同其哈希一起提交。",
  ],
  "position.snapshot_unknown": ["没有这个先前的位点", "列出消费者的位点快照以查看其编号。"],
  "position.invalid": ["不能选择此位点", "在所示的日志范围内选择。"],
  "position.reason_required": ["缺少原因", "说明原因，最多 500 个字符。"],
  "fence.stale": ["该行的较新版本已先行送达", "无需处理。"],
  "fence.went_back": [
    "源数据库的位点倒退了",
    "源数据库是否从备份恢复过？若是，请清除版本栅栏：`gluttony consumer fence-clear`。",
  ],
  "delivery.poison_rate": [
    "几乎所有记录都被拒绝",
    "查看最近的死信，修正处理器或其设置；然后修改消费者，或调高 `delivery.parkedPercentMax`。",
  ],
  "delivery.parked_behind": ["同一键的较早记录已成死信", "重放或丢弃该键最早的死信；其后的会自动跟进。"],
  "delivery.abandoned": [
    "有键仍在处理中就被放下",
    "无需处理：其记录会在别处或主机启动时再次运行；目标系统可能已执行过。",
  ],
  "delivery.unbalanced": ["某个分区的账目不平", "请连同数字一起上报：某个位点被重复计数或遗漏。"],
  "delivery.stalled": [
    "有记录在等待，却没有一条完成",
    "暂不需要：系统会依次尝试重新拉取、重新加入消费组、更换进程；历史中会逐一列出。",
  ],
  "delivery.refetched": ["已从当前位点重新开始读取", "无需处理。"],
  "delivery.rejoined": ["已重新加入消费组", "无需处理。"],
  "delivery.cell_recycled": ["插件的进程已更换", "无需处理。"],
  "delivery.lagging": [
    "积压很大且没有减少",
    "查明处理在等待什么：目标系统的速度、`delivery.concurrency`，或某个热点键。",
  ],
  "delivery.expiring": [
    "积压接近主题的保留期限",
    "调高主题的 `retention.ms`，或让消费者在代理删除未读记录之前赶上。",
  ],
  "dead_letter.not_found": ["没有这个死信", "列出死信以查看其编号。"],
  "dead_letter.not_restorable": ["无法恢复此死信", "只有仍保留记录的已丢弃死信才能恢复。"],
  "dead_letter.not_discardable": ["无法丢弃此死信", "只有搁置中的死信才能丢弃：请等待其重放结束。"],
  "dead_letter.replay_loop": ["此死信重放次数过多", "先消除原因；然后按编号用 `--force` 重放。"],
  "dead_letter.reason_required": ["缺少原因", "说明原因，最多 500 个字符，且不含患者数据。"],
  "dead_letter.behind_another": ["同一键有更早的死信", "重放或丢弃该键最早的死信；其后的会自动跟进。"],
  "dead_letter.not_replayable": ["无法重放此死信", "查看其状态，以及其消费者是否在运行。"],
  "consumer.paused": [
    "消费者已被人工暂停",
    "恢复它：`gluttony consumer resume`；设有截止时间的暂停会自行恢复。",
  ],
  "consumer.reason_required": ["缺少理由", "用不超过 500 个字符说明理由，且不要包含患者数据。"],
  "consumer.revision_unknown": ["消费者没有这个修订", "列出该消费者的修订以查看其编号。"],
  "operation.not_found": ["没有这个操作", "列出操作以查看其编号。"],
  "operation.ended": ["操作已经结束", "查看其结果；现在需要的内容须重新请求。"],
  "operation.not_cancellable": ["该操作不能取消", "等待其结束。"],
  "operation.cancelled": ["操作已被取消", "无需处理：恢复为之前所请求的状态。"],
  "operation.superseded": ["在此期间又有了别的请求", "无需处理：查看其后的操作，或消费者的修订。"],
  "operation.timed_out": [
    "所请求的状态没有按时达到",
    "查看其状态和所列原因；请求仍然有效，原因排除后即会执行。",
  ],
  "dead_letter.plan_stale": ["计划已不再有效", "重新生成计划，查看发生了什么变化。"],
  "dead_letter.note_invalid": ["备注过长", "不超过 500 个字符，且不要包含患者数据。"],
  "consumer.error_unknown": ["没有这组错误", "列出它们：gluttony consumer errors。旧的会被清除。"],
};
