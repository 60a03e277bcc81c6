import type { ChineseOf } from "../chinese.ts";
import type { recordsCodes } from "../codes/records.ts";

/** Records, and the schemas that they name, in Chinese. */
export const recordsChinese: ChineseOf<typeof recordsCodes> = {
  "record.too_large": ["记录超过大小上限", "调高 delivery.recordBytesMax，或在连接器中排除该列。"],
  "record.too_deep": ["记录的嵌套超过上限", "查明它由什么写入；Debezium 不会嵌套得这么深。"],
  "record.too_wide": ["记录中值的数量超过上限", "查明它由什么写入；在连接器中排除含有这么长列表的列。"],
  "record.number_too_long": ["记录中的数字超出任何数据库所能容纳", "查明它由什么写入。"],
  "record.not_utf8": ["记录不是 UTF-8 编码", "查明它由什么写入；JSON 只能是 UTF-8。"],
  "record.not_json": ["记录不是 JSON", "检查连接器使用的转换器；docs/formats.md 说明了可识别的格式。"],
  "record.not_a_change": ["记录是 JSON，但不是 Debezium 变更", "查明是什么在写入此主题。"],
  "record.format_not_yet": ["尚不支持此记录格式", "使用可识别其记录的转换器：docs/formats.md。"],
  "record.format_unexpected": [
    "记录的格式与消费者读取的不同",
    "查明是什么在写入此主题，或将 delivery.format 设为 auto。",
  ],
  "record.framing_invalid": ["记录以模式编号开头，但不完整", "检查连接器使用的转换器。"],
  "record.schema_unknown": [
    "没有找到记录所指的模式",
    "GLUTTONY_SCHEMA_REGISTRY 所指的是否为连接器写入的注册中心？确认后重放此记录。",
  ],
  "record.schema_invalid": ["记录所指的模式不可用", "在注册中心查看该模式；消息说明了问题所在。"],
  "record.binary_invalid": [
    "记录的字节与其所指的模式不符",
    "检查注册中心是否被更改或恢复过：同一编号必须始终指同一模式。",
  ],
  "record.data_source_unknown": [
    "无法理解此连接器的变更",
    "支持 PostgreSQL、SQL Server、Oracle、MySQL 和 MariaDB。",
  ],
  "record.value_invalid": ["某个值与其模式不符", "查明记录由什么写入。"],
  "record.key_invalid": ["无法从记录的键读出 global_key", "将 global_key 与表的键列比较。"],
  "record.key_unavailable": [
    "记录中没有 global_key 的列",
    "给表设置 REPLICA IDENTITY FULL，并在 delivery.replicaIdentity 中注明。",
  ],
  "registry.not_configured": [
    "记录指定了模式，但主机不知道任何注册中心",
    "在每台主机上设置 GLUTTONY_SCHEMA_REGISTRY，然后重放此记录。",
  ],
  "registry.unavailable": ["无法询问模式注册中心", "恢复它；记录会等待，不会成为死信。"],
  "registry.refused": [
    "模式注册中心拒绝了主机",
    "设置 GLUTTONY_SCHEMA_REGISTRY_LOGIN 或 GLUTTONY_SCHEMA_REGISTRY_TOKEN。",
  ],
  "registry.not_understood": [
    "模式注册中心的地址没有像注册中心那样应答",
    "将其 Confluent 兼容接口的基地址写入 GLUTTONY_SCHEMA_REGISTRY；不跟随重定向。",
  ],
  "change.topic_unknown": [
    "在您可见的消费者中，没有读取该主题或表的",
    "用 `gluttony consumer list` 查看主题；表写作 schema.table。",
  ],
  "change.not_found": ["该位点上没有记录", "与日志的边界比较：它可能已被删除、是控制记录，或者尚未写入。"],
  "change.reason_required": [
    "显示被遮蔽的内容需要理由",
    "用不超过 500 个字符说明理由；理由会连同您的姓名保存在审计中。",
  ],
  "change.reveal_over": [
    "已显示的内容重新被遮蔽",
    "请附上理由重新请求：它只在数分钟内，对所列记录和请求者本人有效。",
  ],
  "masking.rule_unknown": ["没有这条遮蔽规则", "列出规则；新建时请发送 If-None-Match: *。"],
  "masking.rule_exists": ["已有同名的遮蔽规则", "读取它，并以其 ETag 发送 If-Match 来修改。"],
  "masking.stale_revision": ["遮蔽规则在此期间已被修改", "重新读取，并在此基础上修改。"],
  "masking.rules_full": ["遮蔽规则过多", "用模式合并规则；每条规则都会对显示的每一列进行判断。"],
  "masking.reason_required": ["遮蔽规则需要理由", "用不超过 500 个字符说明理由。"],
};
