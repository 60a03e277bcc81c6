import {
  type ApiToken,
  type AuditEntry,
  type AuditNote,
  type Grant,
  GluttonyError,
  type UserAccount,
} from "@gluttony/model";
import type { KnownRequest, RememberedAnswer } from "../../src/access-ports.ts";
import { newSecret } from "../../src/access/bearer.ts";
import type { OwnProfile, OwnWords } from "../../src/own-ports.ts";
import type { AccessStores } from "../../src/ports.ts";

const nothingSaid: OwnWords = { displayName: null, language: null, timeZone: null };

type StoredAccount = UserAccount & { readonly password: string | null };

/** Who may do what, in memory. */
export class MemoryAccess implements AccessStores {
  readonly people: StoredAccount[] = [];
  readonly keys = new Map<string, ApiToken>();
  readonly open = new Map<string, { readonly userId: string; readonly expiresAt: Date }>();
  readonly notes: AuditNote[] = [];
  /** What people say of themselves, and whose tokens are whose. */
  readonly words = new Map<string, OwnWords>();
  readonly owners = new Map<string, string>();
  readonly answers = new Map<string, { fingerprint: string; answer: RememberedAnswer | null }>();
  /** Hash of the one-time token. */
  bootstrapHash: string | null = null;

  readonly withRequest = <T>(_facts: unknown, work: () => T): T => work();

  readonly accounts: AccessStores["accounts"] = {
    list: async () => this.people,
    get: async (idOrName) =>
      this.people.find(({ id }) => id === idOrName) ??
      this.people.find(({ name }) => name === idOrName) ??
      null,
    hasAny: async () => this.people.length > 0,
    create: async (draft, password, actor) => {
      if (this.people.some(({ name }) => name === draft.name)) throw new GluttonyError("user.name_taken");
      const account = {
        ...draft,
        id: String(this.people.length + 1),
        hasPassword: password !== null,
        isFromProvider: false,
        password,
        createdAt: new Date(0),
        createdBy: actor,
        revision: 1n,
      };
      this.people.push(account);
      return account;
    },
    update: async (id, draft, { revision }) => this.#change(id, revision, (one) => ({ ...one, ...draft })),
    setPassword: async (id, password) => {
      const current = this.people.find((one) => one.id === id)?.revision ?? 0n;
      this.#change(id, current, (one) => ({ ...one, password, hasPassword: true }));
    },
    delete: async (id, { revision }) => {
      this.#change(id, revision, (one) => one);
      this.people.splice(
        this.people.findIndex((one) => one.id === id),
        1,
      );
    },
    bootstrap: async (tokenHash, { name, password }) => {
      if (this.people.length > 0) throw new GluttonyError("bootstrap.done");
      if (tokenHash.toString("hex") !== this.bootstrapHash) throw new GluttonyError("bootstrap.refused");
      const grants: readonly Grant[] = [{ role: "admin", scope: null }];
      return this.accounts.create({ name, grants, isDisabled: false }, password, "bootstrap");
    },
  };

  readonly sessions: AccessStores["sessions"] = {
    begin: async (tokenHash, userId) => {
      const expiresAt = new Date(Date.now() + 3_600_000);
      this.open.set(tokenHash.toString("hex"), { userId, expiresAt });
      return { expiresAt };
    },
    find: async (tokenHash) => {
      const session = this.open.get(tokenHash.toString("hex"));
      const person = this.people.find(({ id }) => id === session?.userId);
      if (session === undefined || person === undefined || person.isDisabled) return null;
      if (session.expiresAt.getTime() < Date.now()) return null;
      const { id: userId, name, grants } = person;
      const language = this.words.get(userId)?.language ?? null;
      return { userId, name, grants, language, expiresAt: session.expiresAt };
    },
    end: async (tokenHash) => void this.open.delete(tokenHash.toString("hex")),
  };

  readonly tokens: AccessStores["tokens"] = {
    list: async () => [...this.keys.values()],
    create: async ({ tokenHash, ...draft }, actor) => {
      const id = `token-${this.keys.size + 1}`;
      const token = {
        ...draft,
        id,
        createdBy: actor,
        createdAt: new Date(0),
        revokedAt: null,
        lastUsedAt: null,
      };
      this.keys.set(tokenHash.toString("hex"), token);
      return token;
    },
    revoke: async (id) => {
      const [hash, token] = [...this.keys].find(([, one]) => one.id === id) ?? [];
      if (hash === undefined || token === undefined) throw new GluttonyError("token.not_found");
      const revoked = { ...token, revokedAt: new Date(0) };
      this.keys.set(hash, revoked);
      return revoked;
    },
    find: async (tokenHash) => {
      const token = this.keys.get(tokenHash.toString("hex"));
      const isGood = token?.revokedAt === null && token.expiresAt.getTime() > Date.now();
      if (!isGood) return null;
      const person = this.people.find(({ id }) => id === this.owners.get(token.id));
      if (person?.isDisabled === true) return null;
      return { ...token, owner: person === undefined ? null : { userId: person.id, grants: person.grants } };
    },
  };

  readonly own: AccessStores["own"] = {
    profile: async (userId) => this.#profile(userId),
    change: async (userId, words, { revision }) => {
      this.#change(userId, revision, (one) => one);
      this.words.set(userId, { ...nothingSaid, ...this.words.get(userId), ...words });
      const profile = this.#profile(userId);
      if (profile === null) throw new GluttonyError("user.not_found");
      return profile;
    },
    sessions: async (userId, current) =>
      [...this.open]
        .filter(([, one]) => one.userId === userId)
        .map(([hash, { expiresAt }]) => ({
          id: hash.slice(0, 8),
          createdAt: new Date(0),
          seenAt: new Date(0),
          expiresAt,
          address: null,
          client: null,
          isCurrent: hash === current?.toString("hex"),
        })),
    endSession: async (userId, id) => {
      const [hash] = [...this.open].find(([key, one]) => one.userId === userId && key.startsWith(id)) ?? [];
      if (hash === undefined) throw new GluttonyError("session.not_found");
      this.open.delete(hash);
    },
    endOtherSessions: async (userId, current) => {
      const others = [...this.open].filter(
        ([hash, one]) => one.userId === userId && hash !== current?.toString("hex"),
      );
      for (const [hash] of others) this.open.delete(hash);
      return others.length;
    },
    tokens: async (userId) => [...this.keys.values()].filter(({ id }) => this.owners.get(id) === userId),
    createToken: async (userId, draft, actor) => {
      const token = await this.tokens.create(draft, actor);
      this.owners.set(token.id, userId);
      return token;
    },
    revokeToken: async (userId, id, actor) => {
      if (this.owners.get(id) !== userId) throw new GluttonyError("token.not_found");
      return this.tokens.revoke(id, actor);
    },
  };

  readonly audit: AccessStores["audit"] = {
    list: async ({ limit, before, actor }) =>
      this.#entries()
        .filter((entry) => before === undefined || entry.seq < before)
        .filter((entry) => actor === undefined || entry.actor === actor)
        .slice(0, limit),
    get: async (seq) => this.#entries().find((entry) => entry.seq === seq) ?? null,
    note: async (note) => void this.notes.push(note),
    verify: async () => ({
      isWhole: true,
      entries: BigInt(this.notes.length),
      headSeq: BigInt(this.notes.length),
      headHash: "00",
      brokenAt: null,
      problem: null,
    }),
  };

  readonly requests: AccessStores["requests"] = {
    begin: async (keyHash, fingerprint): Promise<KnownRequest> => {
      const known = this.answers.get(keyHash.toString("hex"));
      const given = fingerprint.toString("hex");
      if (known === undefined) {
        this.answers.set(keyHash.toString("hex"), { fingerprint: given, answer: null });
        return { state: "new" };
      }
      if (known.fingerprint !== given) return { state: "other" };
      return known.answer === null ? { state: "at work" } : { state: "answered", answer: known.answer };
    },
    finish: async (keyHash, answer) => {
      const known = this.answers.get(keyHash.toString("hex"));
      if (known !== undefined) known.answer = answer;
    },
    forget: async (keyHash) => void this.answers.delete(keyHash.toString("hex")),
  };

  #profile(userId: string): OwnProfile | null {
    const person = this.people.find(({ id }) => id === userId);
    if (person === undefined) return null;
    const { name, hasPassword, isFromProvider, revision } = person;
    return { ...nothingSaid, ...this.words.get(userId), name, hasPassword, isFromProvider, revision };
  }

  #change(id: string, revision: bigint, change: (one: StoredAccount) => StoredAccount): StoredAccount {
    const index = this.people.findIndex((one) => one.id === id);
    const found = this.people[index];
    if (found === undefined) throw new GluttonyError("user.not_found");
    if (found.revision !== revision) throw new GluttonyError("user.stale_revision");
    const changed = { ...change(found), revision: revision + 1n };
    this.people[index] = changed;
    return changed;
  }

  #entries(): readonly AuditEntry[] {
    return this.notes
      .map((note, index) => ({
        ...note,
        seq: BigInt(index + 1),
        at: new Date(0),
        requestId: null,
        address: null,
        client: null,
        hash: "00",
      }))
      .toReversed();
  }
}

/** A token of these grants, as it is shown in a header. */
export async function tokenOf(
  access: MemoryAccess,
  grants: readonly Grant[],
  expiresAt: Date = new Date(Date.now() + 3_600_000),
): Promise<string> {
  const { secret, hash, shown } = newSecret("glt_");
  await access.tokens.create({ name: "test", shown, tokenHash: hash, grants, expiresAt }, "setup");
  return secret;
}
