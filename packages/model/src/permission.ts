import type { Labels } from "./labels.ts";

/** What may be done. A route names exactly one. */
export const permissions = [
  "consumer.read",
  "consumer.write",
  "consumer.run",
  "consumer.explain",
  "position.move",
  "dead-letter.read",
  "dead-letter.replay",
  "dead-letter.discard",
  "plugin.read",
  "plugin.write",
  "connector.read",
  "connector.write",
  "connector.run",
  "change.read",
  "change.reveal",
  "masking.read",
  "masking.write",
  "audit.read",
  "user.read",
  "user.write",
  "token.read",
  "token.write",
  "settings.read",
  "settings.write",
  "operation.read",
  "operation.cancel",
  "alert.read",
  "alert.handle",
  "alert.write",
  "secret.read",
  "secret.write",
  "config.read",
  "config.write",
  "diagnostics.collect",
] as const;
export type Permission = (typeof permissions)[number];

const reading: readonly Permission[] = [
  "consumer.read",
  "dead-letter.read",
  "plugin.read",
  "connector.read",
  "masking.read",
  "settings.read",
  "operation.read",
  "alert.read",
];

export const roleNames = ["viewer", "operator", "developer", "admin", "auditor", "phi-reader"] as const;
export type Role = (typeof roleNames)[number];

/**
 * What each role may do. Nobody sees values of rows by being an administrator: that is `phi-reader`, given beside
 * another role. Who reads the audit cannot change what it tells of.
 */
export const roles: { readonly [role in Role]: readonly Permission[] } = {
  viewer: reading,
  operator: [
    ...reading,
    "consumer.run",
    "consumer.explain",
    "change.read",
    "position.move",
    "dead-letter.replay",
    "dead-letter.discard",
    "operation.cancel",
    "alert.handle",
    "connector.run",
    "diagnostics.collect",
  ],
  developer: [...reading, "consumer.explain", "change.read", "plugin.write", "secret.read"],
  admin: permissions.filter((permission) => permission !== "change.reveal" && permission !== "audit.read"),
  auditor: ["audit.read", "user.read", "token.read", "secret.read", "config.read", ...reading],
  "phi-reader": ["change.read", "change.reveal"],
};

/** A role, for everything or for the consumers that carry all labels of `scope`. */
export interface Grant {
  readonly role: Role;
  readonly scope: Labels | null;
}

/** Whether grants allow it for what carries these labels; null stands for what belongs to no consumer. Pure. */
export function isAllowed(grants: readonly Grant[], permission: Permission, labels: Labels | null): boolean {
  return grants.some((grant) => includes(grant.role, permission) && covers(grant.scope, labels));
}

/** Whether grants allow it somewhere. */
export function isAllowedSomewhere(grants: readonly Grant[], permission: Permission): boolean {
  return grants.some(({ role }) => includes(role, permission));
}

function includes(role: Role, permission: Permission): boolean {
  return roles[role].includes(permission);
}

function covers(scope: Labels | null, labels: Labels | null): boolean {
  if (scope === null) return true;
  if (labels === null) return false;
  return Object.entries(scope).every(
    ([name, value]) => Object.hasOwn(labels, name) && labels[name] === value,
  );
}
