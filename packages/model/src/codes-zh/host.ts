import type { ChineseOf } from "../chinese.ts";
import type { hostCodes } from "../codes/host.ts";

/** The program itself, its database, and the surroundings of commands, in Chinese. */
export const hostChinese: ChineseOf<typeof hostCodes> = {
  "config.invalid": ["配置有误", "修正列出的每个值；每行都说明了应写什么。"],
  "config.listen_without_token": [
    "没有令牌时拒绝在回环地址以外监听",
    "设置 GLUTTONY_ADMIN_TOKEN 或 GLUTTONY_ADMIN_TOKEN_FILE，或监听 127.0.0.1。",
  ],
  "environment.disk_full": [
    "可用空间不足",
    "释放一些空间，或用 GLUTTONY_DATA_DIR 或 GLUTTONY_CACHE_DIR 指定其他磁盘上的文件夹。",
  ],
  "environment.fetch_failed": [
    "无法获取代理和连接器",
    "检查网络和 Maven 的设置（代理、镜像），然后重新启动；已获取的内容会保留。",
  ],
  "environment.files_changed": [
    "获取或安装的文件与锁定的不一致",
    "重新获取或安装；若仍如此，说明仓库给出的是其他文件，请勿使用。",
  ],
  "environment.folder_in_use": [
    "文件夹正被另一个进程使用",
    "停止该进程，或用 GLUTTONY_DATA_DIR 指定其他文件夹。",
  ],
  "environment.folder_unreachable": [
    "无法使用此文件夹",
    "授予当前用户访问权限，或用 GLUTTONY_DATA_DIR 或 GLUTTONY_CACHE_DIR 指定其他文件夹。",
  ],
  "environment.java_missing": ["缺少 Java", "安装 17 或更新版本的 JDK。"],
  "environment.maven_missing": ["缺少 Maven", "安装 Maven 3.8 或更新版本。"],
  "environment.port_taken": ["端口已被占用", "停止在该端口监听的程序，或指定其他端口。"],
  "environment.process_failed": ["本地环境的某个进程已结束或无法启动", "阅读所指日志的末尾。"],
  "environment.timed_out": [
    "本地环境的某个部分未在时限内就绪",
    "阅读所指日志的末尾；若机器繁忙，请重新启动。",
  ],
  "environment.unsupported": ["此机器无法执行该命令", "见上面的说明。"],
  "host.silent": ["主机已有一段时间没有消息", "检查主机是否在运行，以及能否连接 gluttony 的数据库。"],
  "database.unreachable": ["无法连接 gluttony 的数据库", "检查 DATABASE_URL，以及 Postgres 是否在运行。"],
  "database.not_migrated": ["数据库缺少此版本的结构", "执行 gluttony db migrate。"],
  "database.migration_changed": [
    "已执行的迁移与此版本的文件不同",
    "安装创建该结构的 gluttony 或更新版本；切勿编辑其 SQL 文件。",
  ],
  "database.newer_schema": ["数据库已由更新版本的 gluttony 迁移", "升级此主机。"],
  "database.adopt_mismatch": ["现有的 cdc.consumer 没有预期的列", "比较列出的列。"],
  "database.failed": ["Postgres 拒绝了一条语句", "查看原因。"],
  "internal.unexpected": ["发生了意外", "请连同前后的日志行一起上报。"],
  "change.file_unreadable": ["无法读取记录文件", "指定 JSON 行格式的文件，或从标准输入给出。"],
  "change.line_invalid": [
    "此行没有描述一条记录",
    "每行应为 JSON，含 `key_base64` 和 `value_base64`，或 `key` 和 `value`。",
  ],
  "types.source_missing": ["没有说明类型从何而来", "给出 `--database` 和 `--table`，或 `--records`。"],
  "types.table_missing": ["数据库中没有这张表", "写作 `schema.table`，大小写与目录中一致。"],
  "types.nothing_found": [
    "在记录中没有找到任何表",
    "录制一些带行的变更：`gluttony change decode` 会说明记录是什么。",
  ],
};
