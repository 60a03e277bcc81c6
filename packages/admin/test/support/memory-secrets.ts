import { GluttonyError, type NamedSecret, type SecretUse } from "@gluttony/model";
import type { SecretStore, SeenSecret } from "../../src/secret-ports.ts";

/** Secrets in memory, with the real store's refusals. */
export class MemorySecrets implements SecretStore {
  readonly secrets = new Map<string, NamedSecret>();
  readonly values = new Map<string, string | null>();
  /** Who refers to what; a test fills it in. */
  readonly uses = new Map<string, readonly SecretUse[]>();

  async list(): Promise<readonly NamedSecret[]> {
    return [...this.secrets.values()].map((secret) => this.#withUses(secret));
  }

  async get(name: string): Promise<NamedSecret | null> {
    const secret = this.secrets.get(name);
    return secret === undefined ? null : this.#withUses(secret);
  }

  async put(name: string, value: string | null | undefined, change: SeenSecret): Promise<NamedSecret> {
    const known = this.secrets.get(name) ?? null;
    if ((known?.revision ?? null) !== change.revision) throw new GluttonyError("secret.stale_revision");
    if (value !== undefined) this.values.set(name, value);
    const isSet = (this.values.get(name) ?? null) !== null;
    const secret: NamedSecret = {
      name,
      isSet,
      fingerprint: isSet ? "ab12" : null,
      keyId: isSet ? "00000007" : null,
      revision: (known?.revision ?? 0n) + (known !== null && value === undefined ? 0n : 1n),
      createdAt: new Date(0),
      createdBy: known?.createdBy ?? change.actor,
      rotatedAt: new Date(0),
      rotatedBy: change.actor,
      usedBy: [],
    };
    this.secrets.set(name, secret);
    return this.#withUses(secret);
  }

  async delete(name: string, change: SeenSecret): Promise<void> {
    const known = this.secrets.get(name);
    if (known === undefined) throw new GluttonyError("secret.not_found");
    if (known.revision !== change.revision) throw new GluttonyError("secret.stale_revision");
    const users = this.uses.get(name) ?? [];
    if (users.length > 0)
      throw new GluttonyError("secret.in_use", { usedBy: users.map((use) => `${use.kind} ${use.name}`) });
    this.secrets.delete(name);
  }

  #withUses(secret: NamedSecret): NamedSecret {
    return { ...secret, usedBy: this.uses.get(secret.name) ?? [] };
  }
}
