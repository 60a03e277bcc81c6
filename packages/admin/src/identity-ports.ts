import type { Grant, UserAccount } from "@gluttony/model";

/** What only the browser that began a sign-in can know, and what is shown of it. */
export interface SignInProofs {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

/** What the provider says of a person; its signature and its times are checked, its content is not. */
export interface Claims {
  readonly [name: string]: unknown;
}

/** The hospital's identity provider. Implemented by `@gluttony/egress`. */
export interface IdentityProvider {
  /** The address that the browser is sent to. Throws `oidc.unreachable`, `oidc.provider_invalid`. */
  begin(proofs: SignInProofs): Promise<string>;
  /** The claims behind the answer that the browser brought back. Throws `oidc.*`. */
  finish(search: string, proofs: SignInProofs): Promise<Claims>;
}

/** Sign-ins that were begun; each is used once, on whichever host. */
export interface SignInAttemptStore {
  /** Throws `request.too_many`. */
  begin(stateHash: Buffer, attempt: { readonly returnTo: string; readonly validMs: number }): Promise<void>;
  use(stateHash: Buffer): Promise<{ readonly returnTo: string } | null>;
}

/** A person as the identity provider knows them. */
export interface ProviderPerson {
  readonly issuer: string;
  readonly subject: string;
  readonly name: string;
  readonly grants: readonly Grant[];
}

/** Accounts of people whom the identity provider knows, found by issuer and subject alone. */
export interface ProviderAccountStore {
  /** Null when there is none and none is made, because no role is given. */
  follow(person: ProviderPerson): Promise<UserAccount | null>;
}

/** One group's role. */
export interface GroupRole {
  /** As the claim names it; `*` is everybody whom the provider signs in. */
  readonly group: string;
  readonly grant: Grant;
}

/** How claims become a person of ours. */
export interface ClaimRules {
  readonly clientId: string;
  /** The claim that lists groups: its whole name, else a path with dots. */
  readonly rolesClaim: string;
  readonly nameClaim: string;
  readonly roles: readonly GroupRole[];
  /** Lower case; empty lets every address in, and needs none. */
  readonly emailDomains: readonly string[];
}

/** What signing in through an identity provider takes. */
export interface Identity {
  readonly provider: IdentityProvider;
  readonly attempts: SignInAttemptStore;
  readonly accounts: ProviderAccountStore;
  readonly rules: ClaimRules;
  /** Where people reach this API, without a slash at its end. */
  readonly publicUrl: string;
}
