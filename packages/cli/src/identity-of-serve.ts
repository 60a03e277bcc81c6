import type { Identity } from "@gluttony/admin";
import { createIdentityProvider } from "@gluttony/egress";
import { createProviderAccounts, createSignInAttempts, isReference, type Pool } from "@gluttony/postgres";
import type { Ending } from "./ending.ts";
import type { OidcSetting } from "./oidc-setting.ts";

/** What the sign-in reads and writes. */
export interface IdentityStores {
  readonly pool: Pool;
  readonly secrets: { resolve(reference: string): Promise<string> };
}

/** Signing in through the identity provider, where the environment names one. */
export function identityOfServe(
  setting: OidcSetting | null,
  { pool, secrets }: IdentityStores,
  ending: Pick<Ending, "add">,
): { readonly identity?: Identity } {
  if (setting === null) return {};
  const { clientId, clientSecret, publicUrl, rolesClaim, nameClaim, emailDomains, roles } = setting;
  const provider = createIdentityProvider({
    issuer: setting.issuer,
    clientId,
    clientSecret: async () =>
      clientSecret !== null && isReference(clientSecret) ? secrets.resolve(clientSecret) : clientSecret,
    redirectUrl: `${publicUrl}/api/v1/session/oidc/callback`,
    scopes: setting.scopes,
    wantedClaims: wantedClaims(setting),
  });
  ending.add(() => provider.close());
  return {
    identity: {
      provider,
      attempts: createSignInAttempts(pool),
      accounts: createProviderAccounts(pool),
      rules: { clientId, rolesClaim, nameClaim, emailDomains, roles },
      publicUrl,
    },
  };
}

/** Claims by the names under which they stand at the top. */
function wantedClaims({ rolesClaim, nameClaim, emailDomains }: OidcSetting): readonly string[] {
  const address = emailDomains.length === 0 ? [] : ["email", "email_verified"];
  const top = (path: string): string => (path.includes("://") ? path : (path.split(".")[0] ?? path));
  return [top(rolesClaim), top(nameClaim), ...address];
}
