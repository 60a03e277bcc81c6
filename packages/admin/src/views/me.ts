import { type Grant, isAllowedSomewhere, type Permission, permissions } from "@gluttony/model";
import type { Principal } from "../access/principal.ts";
import type { OwnProfile, OwnSession } from "../own-ports.ts";

/** A person's account as they see it themselves. */
export interface ProfileView {
  readonly name: string;
  readonly displayName: string | null;
  readonly language: string | null;
  readonly timeZone: string | null;
  readonly hasPassword: boolean;
  readonly isFromProvider: boolean;
  readonly revision: string;
}

/** Who asks, and what they may do; where a scope limits it, by its labels. `profile` is null for who has no account. */
export interface MeView {
  readonly actor: string;
  readonly kind: string;
  readonly grants: readonly Grant[];
  readonly permissions: readonly Permission[];
  readonly profile: ProfileView | null;
}

export function meView(principal: Principal | null, profile: OwnProfile | null): MeView {
  const grants = principal?.grants ?? [];
  return {
    actor: principal?.actor ?? "anybody",
    kind: principal?.kind ?? "none",
    grants,
    permissions: permissions.filter((permission) => isAllowedSomewhere(grants, permission)),
    profile: profile === null ? null : profileView(profile),
  };
}

function profileView(profile: OwnProfile): ProfileView {
  const { name, displayName, language, timeZone, hasPassword, isFromProvider, revision } = profile;
  return {
    name,
    displayName,
    language,
    timeZone,
    hasPassword,
    isFromProvider,
    revision: String(revision),
  };
}

/** One place where a person is signed in; its secret is not there to be shown. */
export interface SessionView {
  readonly id: string;
  readonly createdAt: string;
  readonly seenAt: string;
  readonly expiresAt: string;
  readonly address: string | null;
  readonly client: string | null;
  readonly isCurrent: boolean;
}

export function sessionView(session: OwnSession): SessionView {
  const { id, createdAt, seenAt, expiresAt, address, client, isCurrent } = session;
  return {
    id,
    createdAt: createdAt.toISOString(),
    seenAt: seenAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    address,
    client,
    isCurrent,
  };
}
