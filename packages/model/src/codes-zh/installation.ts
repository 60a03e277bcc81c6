import type { ChineseOf } from "../chinese.ts";
import type { installationCodes } from "../codes/installation.ts";

/** Plugins as they are fetched, judged and installed, in Chinese. */
export const installationChinese: ChineseOf<typeof installationCodes> = {
  "plugin.permission_missing": ["插件要求的权限未被授予", "用 --grant 重新安装此版本，或选择其他插件。"],
  "plugin.tree_changed": ["已安装的文件与安装时不同", "重新安装此版本。"],
  "plugin.already_installed": ["已安装同名同版本的另一个发布", "提高包的版本号。"],
  "plugin.archive_invalid": ["无法安装此包文件", "用 npm pack 重新打包。"],
  "plugin.release_missing": [
    "此版本的文件不在本主机上，也无法取得",
    "原因见旁；在任一主机上重新安装此版本即可修复。",
  ],
  "plugin.file_missing": ["没有保留此版本的包文件", "重新安装此版本：此后会保留其文件。"],
  "plugin.file_changed": ["保留的包文件不是安装时的那个", "重新安装此版本；查明谁能写入 cdc.plugin_file。"],
  "plugin.policy_invalid": ["插件策略有误", "修正 GLUTTONY_PLUGIN_POLICY 所指文件中列出的每一项。"],
  "plugin.not_allowed": [
    "策略不允许从仓库安装此包",
    "在 GLUTTONY_PLUGIN_POLICY 所指文件的 packages 下为它加一条规则，或从可信的文件安装。",
  ],
  "plugin.look_alike": [
    "名称与另一个插件相似",
    "确认是否本想安装另一个。若不是，请在策略中为这个确切的名称加一条规则。",
  ],
  "plugin.registry_invalid": [
    "仓库的地址或令牌不可用",
    "写出地址，例如 https://npm.example，并把令牌放入 --token-env 所指的环境变量。",
  ],
  "plugin.registry_unreachable": [
    "仓库没有正常应答",
    "检查它是否在运行、从此处能否连接；没有安装任何内容，正在运行的不受影响。",
  ],
  "plugin.registry_login_refused": [
    "仓库拒绝登录",
    "检查 --token-env 所指变量中的令牌，以及它可以读取什么。",
  ],
  "plugin.not_published": ["仓库中没有这个包", "检查名称和仓库的地址。"],
  "plugin.version_not_published": ["仓库中没有这个版本", "查看它有哪些版本：npm view。"],
  "plugin.metadata_invalid": ["无法读取仓库的应答", "检查该地址是否为仓库的地址。"],
  "plugin.metadata_mismatch": ["仓库返回的是另一个包", "请勿安装；询问仓库的管理者。"],
  "plugin.origin_refused": ["包将来自另一个来源地址", "若确实需要该来源，请将其加入策略的 tarballOrigins。"],
  "plugin.integrity_missing": ["仓库没有给出此包的 sha512", "用当前版本的 npm 重新发布此包。"],
  "plugin.integrity_wrong": [
    "包文件不是所发布的那个",
    "请勿安装；询问仓库的管理者，或其与本主机之间设备的管理者。",
  ],
  "plugin.package_mismatch": ["包文件属于另一个包", "请勿安装；询问其发布者。"],
  "plugin.too_young": ["此版本发布的时间太短", "请等待，或在策略的 ageExemptions 中列出此包。"],
  "plugin.age_unknown": [
    "仓库没有说明此版本的发布时间",
    "若其仓库不提供时间，请在策略的 ageExemptions 中列出此包。",
  ],
  "plugin.signature_missing": ["缺少仓库的签名", "从会签名的仓库安装，或在策略中降低此包的级别。"],
  "plugin.signature_key_unknown": [
    "仓库的签名所用的密钥未被锁定",
    "确认该密钥属于仓库之后，将其加入策略的 registryKeys。",
  ],
  "plugin.signature_key_expired": ["仓库的签名所用的密钥已过期", "询问仓库的管理者；应锁定更新的密钥。"],
  "plugin.signature_wrong": ["仓库的签名错误", "请勿安装。"],
  "plugin.provenance_missing": ["缺少来源证明", "从带来源证明的构建发布此包，或在策略中降低其级别。"],
  "plugin.provenance_of_another": ["来源证明属于另一个包或版本", "请勿安装。"],
  "plugin.provenance_unverified": ["无法验证来源证明", "检查从此处能否获取信任根；否则请勿安装。"],
  "plugin.identity_wrong": ["此包由他人构建", "将其来源证明与策略中的身份比较；弄清原因之后才更改策略。"],
  "plugin.registry_unknown": [
    "策略中没有这个软件包仓库",
    "使用列出的仓库之一，或将其加入主机策略的 `registries`。",
  ],
};
