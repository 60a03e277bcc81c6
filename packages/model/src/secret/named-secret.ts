/** A secret under a name of ours, without its value. `${secret:name}` refers to it. */
export interface NamedSecret {
  readonly name: string;
  /** Whether it has a value; a name may stay without one. */
  readonly isSet: boolean;
  /** Four hexadecimal digits of a keyed hash: tells two values of one name apart. Null without a value. */
  readonly fingerprint: string | null;
  /** Of the master key that it is sealed with. Null without a value. */
  readonly keyId: string | null;
  readonly revision: bigint;
  readonly createdAt: Date;
  readonly createdBy: string;
  /** When it was given the value that it has. */
  readonly rotatedAt: Date;
  readonly rotatedBy: string;
  readonly usedBy: readonly SecretUse[];
}

/** Something that refers to a secret. */
export interface SecretUse {
  /** `consumer`, `connector`, `alert_channel`, or `plugin` for a release that was granted it. */
  readonly kind: string;
  readonly id: string;
  readonly name: string;
}

const namePattern = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** Whether a text can be the name of a secret: 1 to 63 of a-z, 0-9 and hyphen. Pure. */
export function isNamedSecret(name: string): boolean {
  return namePattern.test(name);
}
