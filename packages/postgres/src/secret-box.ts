import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, scryptSync } from "node:crypto";
import { GluttonyError } from "@gluttony/model";

const cipher = "aes-256-gcm";
const nonceBytes = 12;
const tagBytes = 16;
const keyBytes = 32;
const keyTextMin = 16;
const prefix = "enc:v1:";
/** First byte of a sealed value, so that a later form can be told from this one. */
const version = 1;

/** Where a sealed value lives. It cannot be opened anywhere else, so ciphertext cannot be moved between rows. */
export interface SecretPlace {
  readonly table: string;
  readonly column: string;
  readonly row: string;
}

/** Seals with AES-256-GCM. */
export class SecretBox {
  readonly #key: Uint8Array;

  constructor(key: Uint8Array) {
    this.#key = key;
  }

  /** Answers version, nonce, ciphertext and tag. */
  seal(plain: Uint8Array, place: SecretPlace): Buffer {
    const nonce = randomBytes(nonceBytes);
    return Buffer.concat([Buffer.of(version), nonce, this.#encrypt(plain, nonce, place)]);
  }

  /** Throws `secret.unreadable` for another key, another place, or changed bytes. */
  open(sealed: Uint8Array, place: SecretPlace): Buffer {
    if (sealed[0] !== version) throw unreadable(place);
    return this.#decrypt(sealed.subarray(1, 1 + nonceBytes), sealed.subarray(1 + nonceBytes), place);
  }

  /** Answers an envelope `enc:v1:<nonce>:<ciphertext and tag>`, both in base64. */
  sealText(plain: string, place: SecretPlace): string {
    const nonce = randomBytes(nonceBytes);
    const body = this.#encrypt(Buffer.from(plain, "utf8"), nonce, place);
    return `${prefix}${nonce.toString("base64")}:${body.toString("base64")}`;
  }

  openText(envelope: string, place: SecretPlace): string {
    const [nonce, body, ...rest] = envelope.slice(prefix.length).split(":");
    if (!isEnvelope(envelope) || nonce === undefined || body === undefined || rest.length > 0) {
      throw unreadable(place);
    }
    return this.#decrypt(Buffer.from(nonce, "base64"), Buffer.from(body, "base64"), place).toString("utf8");
  }

  #encrypt(plain: Uint8Array, nonce: Uint8Array, place: SecretPlace): Buffer {
    const encryption = createCipheriv(cipher, this.#key, nonce, { authTagLength: tagBytes });
    encryption.setAAD(placeBytes(place));
    return Buffer.concat([encryption.update(plain), encryption.final(), encryption.getAuthTag()]);
  }

  #decrypt(nonce: Uint8Array, body: Uint8Array, place: SecretPlace): Buffer {
    if (nonce.length !== nonceBytes || body.length < tagBytes) throw unreadable(place);
    const decryption = createDecipheriv(cipher, this.#key, nonce, { authTagLength: tagBytes });
    decryption.setAAD(placeBytes(place));
    decryption.setAuthTag(body.subarray(body.length - tagBytes));
    try {
      return Buffer.concat([decryption.update(body.subarray(0, body.length - tagBytes)), decryption.final()]);
    } catch (cause) {
      throw unreadable(place, cause);
    }
  }
}

/** Whether a text has the form of an envelope. */
export function isEnvelope(text: string): boolean {
  return text.startsWith(prefix);
}

/**
 * Makes a box from GLUTTONY_MASTER_KEY: 32 bytes in base64 (as `openssl rand -base64 32` writes them), or any
 * text of at least 16 characters, from which scrypt derives the key. Throws `config.invalid` for less.
 */
export function createSecretBox(masterKey: string): SecretBox {
  // The key given is used for nothing else, so that a second purpose has a key of its own.
  return new SecretBox(deriveKey(masterKeyBytes(masterKey), Buffer.alloc(0), "gluttony secret box v1"));
}

/** A key of 32 bytes for one purpose. */
export function deriveKey(from: Uint8Array, salt: Uint8Array, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", from, salt, purpose, keyBytes));
}

/** The bytes that GLUTTONY_MASTER_KEY stands for; throws as `createSecretBox` does. */
export function masterKeyBytes(masterKey: string): Uint8Array {
  const text = masterKey.trim();
  if (text.length < keyTextMin) {
    const message = `must be 32 bytes in base64 or at least ${keyTextMin} characters`;
    const fault = { path: "GLUTTONY_MASTER_KEY", message, suggestion: "openssl rand -base64 32" };
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

function unreadable(place: SecretPlace, cause?: unknown): GluttonyError {
  return new GluttonyError("secret.unreadable", { table: place.table, column: place.column }, { cause });
}
