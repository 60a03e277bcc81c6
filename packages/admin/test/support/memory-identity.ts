import { GluttonyError, type UserAccount } from "@gluttony/model";
import type { Claims, Identity, SignInProofs } from "../../src/identity-ports.ts";
import type { MemoryAccess } from "./memory-access.ts";

export const publicUrl = "https://gluttony.hospital.example";

/** An identity provider that says what the test wants, with its stores in memory. */
export class MemoryIdentity implements Identity {
  readonly publicUrl: string = publicUrl;
  /** What the provider says of who signs in; an error is thrown. */
  claims: Claims | GluttonyError = { iss: "https://id.example", sub: "s-1", groups: ["admins"] };
  /** With which the last sign-in was begun. */
  begun: SignInProofs | null = null;
  readonly waiting = new Map<string, string>();
  readonly #access: MemoryAccess;

  rules: Identity["rules"] = {
    clientId: "gluttony",
    rolesClaim: "groups",
    nameClaim: "preferred_username",
    roles: [{ group: "admins", grant: { role: "admin", scope: null } }],
    emailDomains: [],
  };

  constructor(access: MemoryAccess) {
    this.#access = access;
  }

  readonly provider: Identity["provider"] = {
    begin: async (proofs) => {
      this.begun = proofs;
      return `https://id.example/authorize?state=${proofs.state}`;
    },
    finish: async () => {
      if (this.claims instanceof GluttonyError) throw this.claims;
      return this.claims;
    },
  };

  readonly attempts: Identity["attempts"] = {
    begin: async (stateHash, { returnTo }) => void this.waiting.set(stateHash.toString("hex"), returnTo),
    use: async (stateHash) => {
      const returnTo = this.waiting.get(stateHash.toString("hex"));
      this.waiting.delete(stateHash.toString("hex"));
      return returnTo === undefined ? null : { returnTo };
    },
  };

  readonly accounts: Identity["accounts"] = {
    follow: async ({ issuer, subject, name, grants }): Promise<UserAccount | null> => {
      const createdBy = `${issuer} ${subject}`;
      const { people, accounts } = this.#access;
      const known = people.find((one) => one.createdBy === createdBy);
      if (known !== undefined) return { ...known, grants };
      return grants.length === 0
        ? null
        : accounts.create({ name, grants, isDisabled: false }, null, createdBy);
    },
  };
}
