import type { ChineseOf } from "../chinese.ts";
import type { kafkaCodes } from "../codes/kafka.ts";

/** Kafka, in Chinese. */
export const kafkaChinese: ChineseOf<typeof kafkaCodes> = {
  "kafka.unreachable": ["无法连接任何 Kafka 代理", "检查 KAFKA_HOST，以及代理是否在运行。"],
  "kafka.topic_missing": ["主题不存在", "创建主题，或给消费者设置 conn_string，以便创建其连接器。"],
  "kafka.topic_recreated": ["主题被删除后又重新创建", "决定从何处读取：数字已列出。"],
  "kafka.offset_out_of_range": ["位点在日志范围之外", "决定从何处读取：数字已列出。"],
  "kafka.offset_moved": ["已提交的位点被外部移动", "决定以哪个位点为准：数字已列出。"],
  "kafka.partitions_added": [
    "主题的分区比以前多",
    "等较早的分区排空之后，为每个新分区选择从何处读取（`gluttony consumer move --to earliest`）：同一键较早的记录可能在另一个分区。`delivery.fence` 会略去较旧的版本。",
  ],
  "kafka.foreign_member": [
    "有外来程序在此消费者的消费组中读取",
    "找到所列程序，给它单独的消费组：它会从此消费者手中取走记录。",
  ],
  "kafka.record_missing": [
    "此位点上没有记录",
    "它可能已被删除、被压实、是控制记录，或尚未写入；请与日志范围比较。",
  ],
  "kafka.refused": ["代理拒绝了请求", "查看拒绝的类型，以及代理日志中的说明。"],
  "kafka.session_lost": ["消费者失去了在消费组中的位置", "无需处理：它会自行重新加入。"],
  "kafka.version_unsupported": ["防护措施不认识此版本的 kafkajs", "安装 kafkajs 2.2.4。"],
  "kafka.batch_unreadable": ["无法读取主题的某一批记录", "检查压缩编码和代理的日志；位点已列出。"],
};
