import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes, scryptSync } from "node:crypto";
import { GluttonyError } from "@gluttony/model";

const cipher = "aes-256-gcm";
const nonceBytes = 12;
const tagBytes = 16;
const keyBytes = 32;
const keyTextMin = 16;
const keyIdBytes = 4;
const fingerprintDigits = 4;
/** First byte of a sealed value. The first version did not say with which key it was sealed. */
const withoutKeyId = 1;
const withKeyId = 2;
const envelope = /^enc:(?:v1|v2:([0-9a-f]{8})):([A-Za-z0-9+/=]*):([A-Za-z0-9+/=]*)$/;

/** Where a sealed value lives. It cannot be opened anywhere else, so ciphertext cannot be moved between rows. */
export interface SecretPlace {
  readonly table: string;
  readonly column: string;
  readonly row: string;
}

/** A key of a box, and the short name by which what it sealed refers to it. */
interface BoxKey {
  readonly id: Buffer;
  readonly bytes: Uint8Array;
}

/** Something sealed, taken apart. */
interface Sealed {
  /** Null in what the first version sealed. */
  readonly keyId: Buffer | null;
  readonly nonce: Uint8Array;
  readonly body: Uint8Array;
}

/**
 * Seals with AES-256-GCM under the current master key; opens what this or the other key sealed. So two keys are active while
 * everything is being sealed anew.
 */
export class SecretBox {
  readonly #current: BoxKey;
  readonly #other: BoxKey | null;

  constructor(current: BoxKey, other: BoxKey | null) {
    this.#current = current;
    this.#other = other;
  }

  /** Eight hexadecimal digits that name the current key. */
  get keyId(): string {
    return this.#current.id.toString("hex");
  }

  /** With what bytes everything begins that the current key sealed. */
  get currentBytes(): Buffer {
    return Buffer.concat([Buffer.of(withKeyId), this.#current.id]);
  }

  /** With what text every envelope begins that the current key sealed. */
  get currentText(): string {
    return `enc:v2:${this.keyId}:`;
  }

  /** Answers version, key id, nonce, ciphertext and tag. */
  seal(plain: Uint8Array, place: SecretPlace): Buffer {
    const nonce = randomBytes(nonceBytes);
    return Buffer.concat([this.currentBytes, nonce, this.#encrypt(plain, nonce, place)]);
  }

  /** Throws `secret.unreadable` for another key, another place, or changed bytes. */
  open(sealed: Uint8Array, place: SecretPlace): Buffer {
    return this.#open(partsOf(sealed, place), place);
  }

  /** Answers an envelope `enc:v2:<key id>:<nonce>:<ciphertext and tag>`, the last two in base64. */
  sealText(plain: string, place: SecretPlace): string {
    const nonce = randomBytes(nonceBytes);
    const body = this.#encrypt(Buffer.from(plain, "utf8"), nonce, place);
    return `${this.currentText}${nonce.toString("base64")}:${body.toString("base64")}`;
  }

  openText(text: string, place: SecretPlace): string {
    const [, keyId, nonce, body] = envelope.exec(text) ?? [];
    if (nonce === undefined || body === undefined) throw unreadable(place);
    const sealed = {
      keyId: keyId === undefined ? null : Buffer.from(keyId, "hex"),
      nonce: Buffer.from(nonce, "base64"),
      body: Buffer.from(body, "base64"),
    };
    return this.#open(sealed, place).toString("utf8");
  }

  /** Four hexadecimal digits that change with the value; without the key they are no help in guessing it. */
  fingerprint(plain: string, place: SecretPlace): string {
    const key = deriveKey(this.#current.bytes, Buffer.alloc(0), "gluttony secret fingerprint v1");
    const digest = createHmac("sha256", key).update(placeBytes(place)).update(plain, "utf8").digest("hex");
    return digest.slice(-fingerprintDigits);
  }

  #encrypt(plain: Uint8Array, nonce: Uint8Array, place: SecretPlace): Buffer {
    const encryption = createCipheriv(cipher, this.#current.bytes, nonce, { authTagLength: tagBytes });
    encryption.setAAD(placeBytes(place));
    return Buffer.concat([encryption.update(plain), encryption.final(), encryption.getAuthTag()]);
  }

  #open(sealed: Sealed, place: SecretPlace): Buffer {
    const { keyId } = sealed;
    const keys = [this.#current, ...(this.#other === null ? [] : [this.#other])];
    const fitting = keys.filter(({ id }) => keyId === null || id.equals(keyId));
    for (const key of fitting) {
      const opened = decrypted(sealed, key, place);
      if (opened !== null) return opened;
    }
    throw unreadable(place);
  }
}

/** Null where the key, the place or a bit is another. */
function decrypted({ nonce, body }: Sealed, key: BoxKey, place: SecretPlace): Buffer | null {
  if (nonce.length !== nonceBytes || body.length < tagBytes) return null;
  const decryption = createDecipheriv(cipher, key.bytes, nonce, { authTagLength: tagBytes });
  decryption.setAAD(placeBytes(place));
  decryption.setAuthTag(body.subarray(body.length - tagBytes));
  try {
    return Buffer.concat([decryption.update(body.subarray(0, body.length - tagBytes)), decryption.final()]);
  } catch {
    return null;
  }
}

function partsOf(sealed: Uint8Array, place: SecretPlace): Sealed {
  const [version] = sealed;
  if (version !== withoutKeyId && version !== withKeyId) throw unreadable(place);
  const from = version === withKeyId ? 1 + keyIdBytes : 1;
  return {
    keyId: version === withKeyId ? Buffer.from(sealed.subarray(1, from)) : null,
    nonce: sealed.subarray(from, from + nonceBytes),
    body: sealed.subarray(from + nonceBytes),
  };
}

/** Whether a text has the form of an envelope. */
export function isEnvelope(text: string): boolean {
  return /^enc:v[12]:/.test(text);
}

/**
 * Makes a box from GLUTTONY_MASTER_KEY and the other key that is still, or soon, in use: 32 bytes in base64 (as
 * `openssl rand -base64 32` writes them), or any text of at least 16 characters, from which scrypt derives the key. Throws
 * `config.invalid` for less.
 */
export function createSecretBox(masterKey: string, otherKey: string | null = null): SecretBox {
  const other = otherKey === null ? null : boxKeyOf(masterKeyBytes(otherKey, "GLUTTONY_MASTER_KEY_PREVIOUS"));
  return new SecretBox(boxKeyOf(masterKeyBytes(masterKey)), other);
}

/** The key given is used for nothing else, so that a second purpose has a key of its own. */
function boxKeyOf(masterKey: Uint8Array): BoxKey {
  const none = Buffer.alloc(0);
  const id = deriveKey(masterKey, none, "gluttony secret box key id v1");
  return {
    id: Buffer.from(id.subarray(0, keyIdBytes)),
    bytes: deriveKey(masterKey, none, "gluttony secret box v1"),
  };
}

/** A key of 32 bytes for one purpose. */
export function deriveKey(from: Uint8Array, salt: Uint8Array, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", from, salt, purpose, keyBytes));
}

/** The bytes that a master key stands for; throws as `createSecretBox` does. */
export function masterKeyBytes(masterKey: string, path = "GLUTTONY_MASTER_KEY"): Uint8Array {
  const text = masterKey.trim();
  if (text.length < keyTextMin) {
    const message = `must be 32 bytes in base64 or at least ${keyTextMin} characters`;
    const fault = { path, message, suggestion: "openssl rand -base64 32" };
    throw new GluttonyError("config.invalid", { name: fault.path }, { faults: [fault] });
  }
  return /^[A-Za-z0-9+/]{43}=$/.test(text) ? Buffer.from(text, "base64") : passphraseKey(text);
}

/** The salt is fixed: there is one passphrase per installation and every host must reach the same key. */
function passphraseKey(text: string): Buffer {
  return scryptSync(text, "gluttony master key v1", keyBytes, {
    N: 2 ** 15,
    r: 8,
    p: 1,
    maxmem: 64 * 2 ** 20,
  });
}

function placeBytes(place: SecretPlace): Buffer {
  return Buffer.from(JSON.stringify([place.table, place.column, place.row]), "utf8");
}

function unreadable(place: SecretPlace): GluttonyError {
  return new GluttonyError("secret.unreadable", { table: place.table, column: place.column });
}
