import type { StoredConfig, UserAccount } from "@gluttony/model";
import { type ConfigDocument, type DocumentUser, documentUser } from "./document.ts";
import { fieldChanges, pointerPart } from "./field-changes.ts";
import { type PlannedObject, type PlannedSection, type PlanOptions, sectionOf } from "./planned.ts";

/** Decides what becomes of the people who sign in here. Pure. */
export function planUsers(
  wanted: ConfigDocument["users"],
  stored: StoredConfig,
  { prune, isWithoutAccount }: PlanOptions,
): PlannedSection {
  if (wanted === undefined) return sectionOf([]);
  const accounts = new Map(stored.users.map((user) => [user.name, user]));
  const named = Object.entries(wanted).map(([name, user]) =>
    writeOne(name, user, accounts.get(name) ?? null),
  );
  const others = stored.users
    .filter(({ name }) => !Object.hasOwn(wanted, name))
    .map((user) => (prune ? deleteOne(user) : { left: [{ kind: "user", name: user.name } as const] }));
  return sectionOf([...named, ...others, ...(isWithoutAccount && named.length > 0 ? [lockedOut] : [])]);
}

/** Users of a document have no password, so that nobody could sign in, and this machine would no longer be enough. */
const lockedOut: PlannedObject = {
  faults: [
    {
      path: "/users",
      message:
        "With the first account this machine alone is no longer enough, and none of these has a password.",
      suggestion: "Make the first administrator (gluttony user bootstrap), or set GLUTTONY_ADMIN_TOKEN.",
    },
  ],
};

function writeOne(name: string, wanted: DocumentUser, account: UserAccount | null): PlannedObject {
  const pointer = `/users/${pointerPart(name)}`;
  const fields = fieldChanges(account === null ? {} : documentUser(account), wanted);
  if (account !== null && fields.length === 0) return { unchanged: 1 };
  const seen = account === null ? null : { id: account.id, revision: account.revision };
  const message = `Has no password yet: gluttony user password ${name}`;
  return {
    changes: [
      { kind: "user", name, do: account === null ? "create" : "change", pointer, fields, effect: "none" },
    ],
    deeds: [{ do: "write-user", pointer, seen, user: { name, ...wanted } }],
    warnings: account === null ? [{ pointer, message }] : [],
  };
}

function deleteOne(account: UserAccount): PlannedObject {
  const pointer = "/users";
  const { id, name, revision } = account;
  const fields = fieldChanges(documentUser(account), {});
  return {
    changes: [{ kind: "user", name, do: "delete", pointer, fields, effect: "none" }],
    deeds: [{ do: "delete-user", pointer, seen: { id, revision } }],
  };
}
