import type { ChineseOf } from "../chinese.ts";
import type { accessCodes } from "../codes/access.ts";

/** Requests, and who may do what, in Chinese. */
export const accessChinese: ChineseOf<typeof accessCodes> = {
  "session.refused": ["用户名或密码错误", "请重试；多次输错后请等待一分钟。"],
  "user.invalid": ["账号信息有误", "修正列出的字段。"],
  "user.not_found": ["没有这个用户", "列出用户以查看其名称。"],
  "user.name_taken": ["同名用户已存在", "换一个名称。"],
  "user.stale_revision": ["账号在此期间已被修改", "重新读取，并在新修订号上重复修改。"],
  "user.last_admin": ["这样将不再有任何管理员", "请先让另一位用户成为全局管理员。"],
  "token.not_found": ["没有这个令牌", "列出令牌以查看其编号。"],
  "grant.not_yours": ["不能授予自己没有的权限", "只能在自己的范围内授予自己拥有的角色。"],
  "audit.not_found": ["审计中没有这一条目", "列出审计以查看条目编号。"],
  "audit.broken": ["审计记录与写入时不一致", "保留一份数据库副本，并查明自所列条目以来谁能写入它。"],
  "bootstrap.refused": ["一次性令牌错误或已过期", "在主机上重新生成：gluttony user bootstrap。"],
  "bootstrap.done": ["已经有管理员", "以管理员身份登录，或向其申请账号。"],
  "request.invalid": ["请求有误", "修正列出的字段。"],
  "request.unauthorized": ["令牌缺失或错误", "发送 Authorization: Bearer 和管理令牌。"],
  "request.not_found": ["没有这个页面", "请参阅文档中的路由列表。"],
  "request.forbidden": ["请求来自其他站点", "用回环地址打开控制台，或设置 GLUTTONY_ADMIN_TOKEN。"],
  "request.media_type_unsupported": ["请求的内容类型不是 JSON", "发送 Content-Type: application/json。"],
  "request.too_large": ["请求过大", "减少发送的内容。"],
  "request.not_permitted": ["您无权执行此操作", "向管理员申请拥有所列权限的角色。"],
  "request.too_many": ["此类请求过多", "按 Retry-After 指示的时间等待。"],
  "request.key_reused": ["幂等键属于另一个请求", "每件事使用一个新的键。"],
  "request.in_progress": ["相同的请求正在处理", "稍候用同一个键再次发送，以取得其应答。"],
  "request.revision_required": ["缺少所见的修订号", "发送 If-Match，其值为所读内容的 ETag。"],
  "api.unreachable": ["无法连接管理接口", "用 gluttony serve 启动主机，或用 --url 指定其地址。"],
  "config.document_invalid": ["配置文档有误", "修正列出的位置，然后重新生成计划。"],
  "config.plan_required": ["缺少计划的哈希值", "先为文档生成计划，查看变更，再发送计划的哈希值。"],
  "config.plan_stale": ["计划已不再有效", "重新为文档生成计划，查看现在会变更什么。"],
  "request.read_only": [
    "本主机只回答查询，不做任何修改",
    "向没有设置 GLUTTONY_READ_ONLY 的主机提出请求，或去掉该设置后重启本主机。",
  ],
  "settings.invalid": ["设置有误", "修正列出的设置；每项都有其范围。"],
  "settings.stale_revision": ["设置在此期间已被修改", "重新读取，并在新修订号上重复修改。"],
};
