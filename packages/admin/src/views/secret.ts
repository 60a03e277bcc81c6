import type { NamedSecret, SecretUse } from "@gluttony/model";

/** A secret as the API shows it, and takes it back: without its value. */
export interface SecretView {
  /** Its name once more, as every list has ids. */
  readonly id: string;
  readonly name: string;
  readonly set: boolean;
  readonly ref: string;
  readonly fingerprint: string | null;
  readonly keyId: string | null;
  readonly revision: string;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly rotatedAt: string;
  readonly rotatedBy: string;
  readonly usedBy: readonly SecretUse[];
}

/** Projects field by field. */
export function secretView(secret: NamedSecret): SecretView {
  return {
    id: secret.name,
    name: secret.name,
    set: secret.isSet,
    ref: `\${secret:${secret.name}}`,
    fingerprint: secret.fingerprint === null ? null : `…${secret.fingerprint}`,
    keyId: secret.keyId,
    revision: String(secret.revision),
    createdAt: secret.createdAt.toISOString(),
    createdBy: secret.createdBy,
    rotatedAt: secret.rotatedAt.toISOString(),
    rotatedBy: secret.rotatedBy,
    usedBy: secret.usedBy.map(({ kind, id, name }) => ({ kind, id, name })),
  };
}
