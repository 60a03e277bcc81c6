import type { ChineseOf } from "../chinese.ts";
import type { pluginsCodes } from "../codes/plugins.ts";

/** Plugins as a host runs them, in Chinese. */
export const pluginsChinese: ChineseOf<typeof pluginsCodes> = {
  "plugin.not_installed": [
    "没有已安装并启用的插件版本",
    "安装它：gluttony plugin install。若已安装，请启用：gluttony plugin activate。",
  ],
  "plugin.no_release_in_range": [
    "所要求的范围内没有启用的版本",
    "安装范围内的版本，或修改 handler_func 中的范围。",
  ],
  "plugin.manifest_invalid": ["插件的清单有误", "修正插件 package.json 中的 gluttony 字段。"],
  "plugin.protocol_unsupported": ["插件与此主机没有共同的协议", "升级所指的一方。"],
  "plugin.entry_missing": ["缺少插件的入口文件", "打包之前先构建插件。"],
  "plugin.dependency_missing": ["缺少插件的某个依赖", "将插件的依赖打进其包中。"],
  "plugin.import_failed": ["插件的代码在加载时抛出错误", "阅读插件的日志，修正其顶层代码。"],
  "plugin.export_missing": [
    "插件没有导出清单所列的处理器",
    "用 defineHandler 创建处理器，并以清单中的名称导出。",
  ],
  "plugin.handler_differs": [
    "插件的代码与清单对处理器的命名不同",
    "给 defineHandler 使用清单中所列的名称，并重新打包插件。",
  ],
  "plugin.import_never_settled": [
    "插件的导入没有结束",
    "顶层不要等待可能永不完成的操作；在 setup() 或处理器中连接和加载。",
  ],
  "plugin.node_unsupported": [
    "插件要求的 Node 与单元进程的不同",
    "将 GLUTTONY_CELL_NODE 设为范围内的 Node，或使用适合当前 Node 的插件版本。",
  ],
  "plugin.isolation_unavailable": [
    "插件坚持要求此机器无法提供的隔离措施",
    "执行 gluttony doctor：它会说明此处有哪些隔离措施，以及其他的需要什么。",
  ],
  "plugin.rolled_back": [
    "新版本失败，已恢复使用先前的版本",
    "修正插件并安装另一个版本，然后执行 gluttony plugin unpin：消费者会重新采用其范围内启用的最高版本。",
  ],
  "plugin.swapped": [
    "已由另一个处理器接手",
    "无需处理：记录会交给新的版本或设置，正在处理的会在旧单元进程中结束。",
  ],
  "plugin.host_closed": ["插件主机已关闭", "重新启动主机。"],
  "plugin.start_timeout": ["插件的单元进程未在时限内启动", "检查插件的 setup 是否在等待什么。"],
  "plugin.start_killed": [
    "插件的进程在加载插件时被终止",
    "无需处理：会重新启动。若持续发生，请查明此机器上是什么终止了进程，例如内存不足。",
  ],
  "plugin.crashed": ["插件的进程在持有此记录时结束", "阅读插件的日志；修正插件之后重放此记录。"],
  "plugin.quarantined": ["插件的进程结束得过于频繁", "安装修正后的版本，或重新启动消费者。"],
  "plugin.protocol_violation": ["插件的进程违反了单元进程协议", "使用与此主机协议一致的 SDK。"],
  "plugin.memory": ["插件的进程占用内存过多", "调高 limits.memoryMb，或修正内存泄漏。"],
  "plugin.ref_invalid": ["无法识别此版本", "写作 package@version，版本须确切，例如 @acme/hello@1.2.0。"],
  "plugin.reason_invalid": ["原因过长", "说明原因，最多 500 个字符，且不含患者数据。"],
  "plugin.shipped": ["此插件随主机附带", "无需处理：它随主机自身的版本变化。"],
  "plugin.release_unknown": ["没有安装这个版本", "查看已安装的版本：gluttony plugin list。请先安装它。"],
  "plugin.not_active": ["此版本未启用", "无需处理：它本来就没有服务任何消费者，除非有消费者固定在它上面。"],
  "plugin.not_pinned": ["此消费者没有固定版本", "无需处理：它本来就采用其范围内启用的最高版本。"],
  "plugin.not_shadowed": ["此消费者没有影子版本", "无需处理：只有服务它的版本会得到其变更。"],
  "plugin.no_previous": ["没有可以回退的先前版本", "按版本号启用所需的版本。"],
  "plugin.still_needed": [
    "这样会有消费者失去可用的版本",
    "先启用其范围内的另一个版本，或固定其版本，或停止它们。",
  ],
  "plugin.pin_out_of_range": [
    "固定的版本不在此消费者的范围内",
    "修改 handler_func 中的范围，固定另一个版本，或取消固定。",
  ],
  "plugin.consumer_uses_another": ["此消费者使用另一个插件", "指定 handler_func 为此插件的消费者。"],
  "plugin.release_active": ["此版本已启用", "先停用它：gluttony plugin deactivate。"],
  "plugin.release_pinned": ["有消费者固定在此版本", "先取消固定：gluttony plugin unpin。"],
  "plugin.release_shadows": ["此版本正作为影子运行", "先关闭影子：gluttony plugin shadow --off。"],
  "plugin.release_previous": ["回退时会回到此版本", "先停用其后的版本，或取消所列消费者的固定。"],
  "plugin.release_named": ["有消费者行确切指定了此版本", "先修改所列消费者的 handler_func。"],
  "plugin.unknown": ["没有安装该插件的任何版本", "查看已安装的插件：gluttony plugin list。"],
  "plugin.plan_stale": ["升级计划已不再有效", "重新生成计划，查看发生了什么变化。"],
  "plugin.install_busy": ["本主机正在安装另一个版本", "待其完成后再试；通常需要数秒，仓库较慢时需要数分钟。"],
};
