import type { RawRecord, RecordCoordinates } from "@gluttony/sdk/codecs";
import type { SecretBox, SecretPlace } from "./secret-box.ts";

/** A record's content as it rests in `cdc.dead_letter`: sealed, or not there at all. */
export interface LetterBytes {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Buffer | null;
  readonly isEncrypted: boolean;
}

/** Which dead letter: what its ciphertext is bound to. */
export interface LetterPlace extends RecordCoordinates {
  readonly consumerId: string;
  readonly topicId: string;
}

const noBytes: LetterBytes = { key: null, value: null, headers: null, isEncrypted: false };

/** Without a box only the reference is kept: no clear row value ever rests here. */
export function sealLetter(record: RawRecord, place: LetterPlace, box: SecretBox | null): LetterBytes {
  if (box === null) return noBytes;
  const seal = (bytes: Uint8Array | null, column: string): Buffer | null =>
    bytes === null ? null : box.seal(bytes, letterPlace(place, column));
  const headers = record.headers.map(({ name, value }) => [name, value === null ? null : base64(value)]);
  return {
    key: seal(record.key, "key_bytes"),
    value: seal(record.value, "value_bytes"),
    headers: seal(Buffer.from(JSON.stringify(headers), "utf8"), "headers"),
    isEncrypted: true,
  };
}

/** The record again. Throws `secret.unreadable` with another key. */
export function openLetter(
  bytes: LetterBytes,
  place: LetterPlace,
  box: SecretBox,
): Pick<RawRecord, "key" | "value" | "headers"> {
  const open = (sealed: Buffer | null, column: string): Buffer | null =>
    sealed === null ? null : box.open(sealed, letterPlace(place, column));
  return {
    key: open(bytes.key, "key_bytes"),
    value: open(bytes.value, "value_bytes"),
    headers: parseHeaders(open(bytes.headers, "headers")),
  };
}

/** We wrote the text ourselves and its tag was checked, so its form is certain. */
function parseHeaders(plain: Buffer | null): RawRecord["headers"] {
  if (plain === null) return [];
  const headers = JSON.parse(plain.toString("utf8")) as readonly (readonly [string, string | null])[];
  return headers.map(([name, value]) => ({
    name,
    value: value === null ? null : Buffer.from(value, "base64"),
  }));
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

/** Where one column of a dead letter rests. */
export function letterPlace(place: Omit<LetterPlace, "topic">, column: string): SecretPlace {
  const row = [place.consumerId, place.topicId, place.partition, place.offset].join("/");
  return { table: "cdc.dead_letter", column, row };
}
