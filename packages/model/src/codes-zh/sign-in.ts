import type { ChineseOf } from "../chinese.ts";
import type { signInCodes } from "../codes/sign-in.ts";

/** Signing in through an identity provider, in Chinese. */
export const signInChinese: ChineseOf<typeof signInCodes> = {
  "oidc.not_configured": ["这里没有身份提供方", "用密码登录，或在主机上设置 GLUTTONY_OIDC_ISSUER。"],
  "oidc.unreachable": ["无法连接身份提供方", "检查主机能否访问颁发者的地址，然后重新登录。"],
  "oidc.provider_invalid": [
    "身份提供方的应答不符合规定",
    "比较 GLUTTONY_OIDC_ISSUER 与提供方自称的颁发者是否一致。",
  ],
  "oidc.client_refused": [
    "身份提供方不接受 gluttony",
    "比较 GLUTTONY_OIDC_CLIENT_ID 及其密钥与提供方登记的内容。",
  ],
  "oidc.denied": ["身份提供方没有让您登录", "请重新登录；如果仍然失败，请询问身份提供方的管理者。"],
  "oidc.attempt_unknown": [
    "这次登录不是从这里开始的、耗时过长或已被使用",
    "在同一浏览器中从 /api/v1/session/oidc 重新开始。",
  ],
  "oidc.answer_invalid": ["从身份提供方带回的应答无效", "从 /api/v1/session/oidc 重新开始。"],
  "oidc.token_invalid": [
    "身份提供方的令牌无效",
    "请重新开始；如果仍然失败，请查看所列的检查项以及双方的时钟。",
  ],
  "oidc.claims_invalid": ["身份提供方没有说明您是谁", "让提供方把所列的声明放入其令牌。"],
  "oidc.email_refused": ["您的邮箱地址不允许登录", "用经提供方验证的本机构邮箱地址登录。"],
  "oidc.no_role": ["您所在的组都没有对应的角色", "请管理员把您加入 GLUTTONY_OIDC_ROLES 中列出的组。"],
  "oidc.user_disabled": ["您的账号已停用", "请管理员启用它。"],
  "user.signs_in_elsewhere": ["该用户通过身份提供方登录", "请在那里修改密码；这里没有这位用户的密码。"],
  "me.no_account": ["请求者在这里没有账号", "以个人身份登录，或使用个人为自己创建的令牌。"],
  "me.session_required": ["只有已登录的人才能这样做", "用浏览器登录；仅有令牌是不够的。"],
  "session.not_found": ["您没有这个会话", "列出您的会话以查看其编号。"],
  "token.too_many": ["您的令牌数量已达上限", "吊销一个不再需要的令牌。"],
};
