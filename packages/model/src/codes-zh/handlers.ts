import type { ChineseOf } from "../chinese.ts";
import type { handlersCodes } from "../codes/handlers.ts";

/** Handlers: what they may do, remember and call, in Chinese. */
export const handlersChinese: ChineseOf<typeof handlersCodes> = {
  "handler.ref_invalid": [
    "无法读取 handler_func",
    "写作 [scheme:]package[@range][#export]，例如 empi 或 npm:@acme/hello@^1#onChange。",
  ],
  "handler.not_found": ["插件没有这个名称的处理器", "使用清单中列出的处理器之一。"],
  "handler.ambiguous": ["插件有多个处理器", "加上 #export，写列出的名称之一。"],
  "handler.config_invalid": ["处理器的配置有误", "修正 configuration.handler 下列出的键。"],
  "handler.config_refused": [
    "处理器自己的模式拒绝了其设置",
    "修正所列路径上的设置；插件的文档说明了可接受的内容。",
  ],
  "handler.build_failed": ["无法构建处理器包", "修正所列位置的代码。"],
  "handler.sample_invalid": ["无法读取处理器的样例", "修正文件中所示的位置；编写处理器的指南说明了其内容。"],
  "handler.promise_broken": [
    "处理器违反了主机所依赖的约定",
    "逐一修正列出的各项；编写处理器的指南说明了每项约定的含义。",
  ],
  "handler.tests_failed": ["包自身的测试失败", "阅读上面的测试输出。"],
  "handler.npm_failed": ["npm 执行失败", "阅读 npm 的输出；若信息不足，请手动执行同样的 npm 命令。"],
  "handler.aborted": ["此次尝试被主机取消", "无需处理：持有该分区的主机会再次尝试此记录。"],
  "handler.lease_lost": ["调用之前对分区的持有已失效", "无需处理：现在持有该分区的主机会再次尝试此记录。"],
  "handler.deadline": [
    "处理器未在时限内应答",
    "查明处理器在等待什么；只有确实需要那么久时才调高 delivery.deadlineMs。",
  ],
  "handler.result_invalid": [
    "处理器返回的不是有效结果",
    "不返回任何值，或返回 { filtered: rule }，rule 为简短的小写规则名。",
  ],
  "handler.threw": ["处理器抛出了未分类的错误", "阅读插件的日志；在处理器中抛出带类别的 HandlerError。"],
  "once.name_invalid": ["步骤的名称有误", "给 `context.once` 一个固定的小写名称，最多 64 个字符。"],
  "once.outcome_unknown": [
    "某个步骤先前已开始，其结果未知",
    "在目标系统中确认它是否已完成；然后重放或丢弃此死信。",
  ],
  "once.result_invalid": ["无法记住步骤的结果", "步骤应返回最多 4 KiB 的 JSON，或不返回任何值。"],
  "once.ledger_unavailable": ["无法写入步骤台账", "无需处理：会重试。请检查 Postgres 是否在运行。"],
  "state.key_invalid": ["处理器状态的键不可用", "使用 1 至 200 个字符的文本作为键。"],
  "state.value_invalid": [
    "处理器状态的值无法保存",
    "只保存最多 64 KiB 的 JSON；更大的内容应放在插件自己的存储中。",
  ],
  "state.full": ["处理器为此消费者记住的内容过多", "让处理器删除不再需要的内容；最多保留 10,000 个键。"],
  "state.unavailable": [
    "无法读写处理器所记住的内容",
    "检查能否连接 gluttony 的数据库，以及是否设置了 GLUTTONY_MASTER_KEY。",
  ],
  "secret.not_granted": [
    "插件未获授予此密钥",
    "在清单中申请（permissions.secrets），并用 --grant-secret NAME=REFERENCE 安装此版本。",
  ],
  "secret.master_key_missing": [
    "需要加密密钥，但未设置 GLUTTONY_MASTER_KEY",
    "将 GLUTTONY_MASTER_KEY 或 GLUTTONY_MASTER_KEY_FILE 设为 base64 编码的 32 字节。",
  ],
  "secret.unreadable": ["无法用此主密钥解密", "设置加密时所用的 GLUTTONY_MASTER_KEY。"],
  "secret.reference_missing": ["密钥的引用没有指向任何内容", "设置引用所指的环境变量或文件。"],
  "target.not_granted": ["插件不得调用此来源地址", "安装插件时授予该来源地址。"],
  "target.call_refused": ["调用在发出之前被拒绝", "检查处理器是否在应答之后仍在调用，或同时调用过多。"],
  "target.request_too_large": ["请求正文超过上限", "减少发送的内容；上限为 8 MiB。"],
  "target.unreachable": ["无法连接目标系统", "检查目标系统是否在运行；记录会等待并重试。"],
  "target.timeout": ["目标系统未在时限内应答", "查明目标系统为何缓慢；记录会用同一幂等键重试。"],
  "target.breaker_open": [
    "对目标系统的调用暂时被拦住",
    "无需处理：每次放行一个调用以探测其恢复。请检查目标系统是否在运行。",
  ],
  "target.reset": ["目标系统在应答之前关闭了连接", "查看目标系统的日志；记录会用同一幂等键重试。"],
  "target.answer_too_large": ["目标系统的应答超过上限", "查看目标系统应答的内容。"],
  "target.address_refused": ["目标系统的地址不被允许", "使用不属于机器元数据保留段的地址。"],
  "target.busy": ["等待目标系统的调用过多", "无需处理：记录会等待并重试；请检查目标系统是否缓慢。"],
  "target.request_invalid": ["插件的调用不能按原样发送", "在插件中修正此调用：消息说明了问题所在。"],
  "target.answer_invalid": ["无法读取目标系统的应答", "查看目标系统应答的内容；常见原因是返回了登录页面。"],
  "secret.not_found": ["没有这个名称的密钥", "用 gluttony secret list 列出密钥。"],
  "secret.in_use": ["密钥正在使用", "先让列出的使用者改为引用其他密钥。"],
  "secret.stale_revision": ["密钥在读取之后已被修改", "重新读取，然后重复修改。"],
  "secret.clear_remains": [
    "仍有连接字符串以明文保存",
    "设置 GLUTTONY_MASTER_KEY，然后运行 gluttony secret migrate。",
  ],
};
