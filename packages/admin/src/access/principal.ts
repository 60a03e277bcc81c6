import {
  type Grant,
  isAllowed,
  isAllowedSomewhere,
  type Labels,
  type Language,
  type Permission,
} from "@gluttony/model";

/** Who asks. */
export interface Principal {
  /** As the audit names them: `user:ann`, `token:4f…`, `admin-token`, `local`. */
  readonly actor: string;
  /** How they were recognised. */
  readonly kind: "local" | "root" | "token" | "session";
  readonly grants: readonly Grant[];
  /** Their account; null for the deployer and for tokens of programs. */
  readonly userId: string | null;
  /** In which they want to be answered, whatever their browser says. */
  readonly language?: Language | null;
}

const everything: readonly Grant[] = [
  { role: "admin", scope: null },
  { role: "auditor", scope: null },
];

/** A person at this machine, while nobody has an account and no token is set. */
export const localPrincipal: Principal = { actor: "local", kind: "local", grants: everything, userId: null };

/** Whoever holds the deployer's own token. */
export const rootPrincipal: Principal = {
  actor: "admin-token",
  kind: "root",
  grants: everything,
  userId: null,
};

/** Whether a principal may do it to what carries these labels; null stands for what belongs to no consumer. */
export function may(principal: Principal, permission: Permission, labels: Labels | null): boolean {
  return isAllowed(principal.grants, permission, labels);
}

/** Whether a principal may do it to something at all. */
export function maySomewhere(principal: Principal, permission: Permission): boolean {
  return isAllowedSomewhere(principal.grants, permission);
}

/** Whether a principal may give these grants: nobody gives what they do not have themselves. */
export function mayGive(principal: Pick<Principal, "grants">, grants: readonly Grant[]): boolean {
  return grants.every(({ role, scope }) =>
    principal.grants.some((own) => isAtLeast(own, role) && isWider(own.scope, scope)),
  );
}

// An administrator gives every role, also those whose work is not an administrator's own.
function isAtLeast(own: Grant, role: Grant["role"]): boolean {
  return own.role === role || own.role === "admin";
}

function isWider(own: Labels | null, wanted: Labels | null): boolean {
  if (own === null) return true;
  if (wanted === null) return false;
  return Object.entries(own).every(([name, value]) => wanted[name] === value);
}
