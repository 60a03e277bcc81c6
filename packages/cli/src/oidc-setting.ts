import type { GroupRole } from "@gluttony/admin";
import { type Fault, GluttonyError } from "@gluttony/model";
import { urlOf } from "./address-settings.ts";
import { parseGrant } from "./grant-option.ts";
import { listOf } from "./host-and-port.ts";
import { signInRegister } from "./settings/sign-in-register.ts";

/** How people sign in through the hospital's identity provider. */
export interface OidcSetting {
  readonly issuer: string;
  readonly clientId: string;
  /** The secret, or a reference to it as `${secret:name}`; null for a client without one. */
  readonly clientSecret: string | null;
  /** Where people reach the admin API, without a slash at its end. */
  readonly publicUrl: string;
  readonly scopes: readonly string[];
  readonly rolesClaim: string;
  readonly nameClaim: string;
  readonly roles: readonly GroupRole[];
  readonly emailDomains: readonly string[];
}

/** Names of the environment that belong to it; one alone is a fault. */
const oidcNames = Object.entries(signInRegister).flatMap(([name, { isSecret }]) =>
  isSecret === true ? [name, `${name}_FILE`] : [name],
);

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
const domainPattern = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/;

/** Reads the identity provider's settings; null where there is none. The secret is not repeated in a fault. */
export function oidcSettingOf(
  env: { readonly [name: string]: string | undefined },
  clientSecret: string | null,
  faults: Fault[],
): OidcSetting | null {
  const issuer = present(env["GLUTTONY_OIDC_ISSUER"]);
  const clientId = present(env["GLUTTONY_OIDC_CLIENT_ID"]);
  const publicUrl = present(env["GLUTTONY_PUBLIC_URL"]);
  const roles = present(env["GLUTTONY_OIDC_ROLES"]);
  if (issuer === null) {
    const lonely = oidcNames.find((name) => present(env[name]) !== null);
    if (lonely !== undefined) faults.push(missing("GLUTTONY_OIDC_ISSUER", "https://id.hospital.example"));
    return null;
  }
  if (clientId === null) faults.push(missing("GLUTTONY_OIDC_CLIENT_ID", "gluttony"));
  if (publicUrl === null) faults.push(missing("GLUTTONY_PUBLIC_URL", "https://gluttony.hospital.example"));
  if (roles === null) faults.push(missing("GLUTTONY_OIDC_ROLES", rolesExample));
  return {
    issuer: safeUrl("GLUTTONY_OIDC_ISSUER", issuer, faults),
    clientId: clientId ?? "",
    clientSecret,
    publicUrl: safeUrl("GLUTTONY_PUBLIC_URL", publicUrl ?? "https://localhost", faults),
    scopes: scopesOf(present(env["GLUTTONY_OIDC_SCOPES"]), faults),
    rolesClaim: present(env["GLUTTONY_OIDC_ROLES_CLAIM"]) ?? "groups",
    nameClaim: present(env["GLUTTONY_OIDC_NAME_CLAIM"]) ?? "preferred_username",
    roles: rolesOf(roles, faults),
    emailDomains: domainsOf(present(env["GLUTTONY_OIDC_EMAIL_DOMAINS"]), faults),
  };
}

/** Codes and tokens go there; in clear text only within this machine. */
function safeUrl(path: string, written: string, faults: Fault[]): string {
  const url = urlOf(path, written, faults);
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed?.protocol === "http:" && !loopback.test(parsed.hostname))
    faults.push({ path, message: "Must be https.", suggestion: url.replace(/^http:/, "https:") });
  return url;
}

function scopesOf(written: string | null, faults: Fault[]): readonly string[] {
  const scopes = (written ?? "openid profile email").split(/[\s,]+/).filter((scope) => scope !== "");
  if (!scopes.includes("openid"))
    faults.push({
      path: "GLUTTONY_OIDC_SCOPES",
      message: "Must hold openid.",
      suggestion: `openid ${scopes.join(" ")}`,
    });
  return scopes;
}

const rolesExample = "gluttony-admins=>admin; icu=>operator:site=north";

/** Groups may be names of a directory, which hold `=` and commas; an arrow is in none. */
function rolesOf(written: string | null, faults: Fault[]): readonly GroupRole[] {
  const entries = (written ?? "").split(";").map((entry) => entry.trim());
  return entries
    .filter((entry) => entry !== "")
    .flatMap((entry) => {
      const at = entry.lastIndexOf("=>");
      const group = entry.slice(0, Math.max(at, 0)).trim();
      const role = roleOf(entry.slice(at + 2).trim());
      if (group !== "" && !("message" in role)) return [{ group, grant: role }];
      const message = group === "" ? "A role is written group=>role." : "message" in role ? role.message : "";
      faults.push({ path: "GLUTTONY_OIDC_ROLES", message, suggestion: rolesExample });
      return [];
    });
}

function roleOf(written: string): GroupRole["grant"] | { readonly message: string } {
  try {
    return parseGrant(written);
  } catch (error) {
    const [fault] = error instanceof GluttonyError ? error.faults : [];
    return { message: fault?.message ?? "No such role." };
  }
}

function domainsOf(written: string | null, faults: Fault[]): readonly string[] {
  const domains = listOf(written).map((domain) => domain.toLowerCase());
  if (!domains.every((domain) => domainPattern.test(domain)))
    faults.push({
      path: "GLUTTONY_OIDC_EMAIL_DOMAINS",
      message: "Must be domains, comma separated.",
      suggestion: "hospital.example",
    });
  return domains;
}

function missing(path: string, suggestion: string): Fault {
  return { path, message: "Is not set, and signing in through an identity provider needs it.", suggestion };
}

function present(value: string | undefined): string | null {
  return value === undefined || value.trim() === "" ? null : value.trim();
}
