import type { SettingEntry } from "./setting-entry.ts";

/** How people sign in through the hospital's identity provider. */
export const signInRegister: { readonly [name: string]: SettingEntry } = {
  GLUTTONY_PUBLIC_URL: {
    meaning: "where browsers reach the admin API; https, or this machine",
    default: "none",
  },
  GLUTTONY_OIDC_ISSUER: {
    meaning: "identity provider that people sign in with; https, or this machine",
    default: "none; passwords alone",
  },
  GLUTTONY_OIDC_CLIENT_ID: {
    meaning: "as whom the provider knows gluttony",
    default: "none; needed with an issuer",
  },
  GLUTTONY_OIDC_CLIENT_SECRET: {
    meaning: "its secret, or a reference as `${secret:name}`",
    default: "none; a public client",
    isSecret: true,
  },
  GLUTTONY_OIDC_ROLES: {
    meaning: "roles of groups, as `admins=>admin; icu=>operator:site=north`",
    default: "none; needed with an issuer",
  },
  GLUTTONY_OIDC_ROLES_CLAIM: { meaning: "claim that lists the groups", default: "`groups`" },
  GLUTTONY_OIDC_NAME_CLAIM: { meaning: "claim that names the person", default: "`preferred_username`" },
  GLUTTONY_OIDC_EMAIL_DOMAINS: {
    meaning: "domains whose verified addresses may sign in, comma separated",
    default: "any",
  },
  GLUTTONY_OIDC_SCOPES: { meaning: "what the provider is asked for", default: "`openid profile email`" },
};
