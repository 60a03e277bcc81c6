// An input of the decoders: a record's key, value and headers, as one flat piece of bytes, so that it can be written down
// before it runs and changed at any byte.

/** Parts of inputs are cut to half of this: the guards of size have tests of their own. */
export const inputBytesMax = 65_536;
/** Room for an input: two parts, and headers beside them. */
export const roomBytes = 2 * inputBytesMax;

const headBytes = 12;

/** `{ key, value, headers: [[name, bytes]] }`, each of the bytes null or a Buffer. */
export function encodeInput(input) {
  const target = new Uint8Array(sizeOf(input));
  writeInput(input, target);
  return Buffer.from(target.buffer);
}

/** Writes an input to where there is room for it, and says how many bytes it took: three lengths, then the three parts. */
export function writeInput({ key, value, headers }, target) {
  const headerBytes = headers.length === 0 ? null : Buffer.from(JSON.stringify(headers.map(headerText)));
  const lengths = new DataView(target.buffer, target.byteOffset, headBytes);
  let at = headBytes;
  for (const [index, part] of [key, value, headerBytes].entries()) {
    lengths.setInt32(index * 4, part === null ? -1 : part.length);
    if (part === null) continue;
    target.set(part, at);
    at += part.length;
  }
  return at;
}

export function decodeInput(bytes) {
  const lengths = new DataView(bytes.buffer, bytes.byteOffset, headBytes);
  let at = headBytes;
  const [key, value, headers] = [0, 1, 2].map((index) => {
    const length = lengths.getInt32(index * 4);
    if (length < 0) return null;
    at += length;
    return Buffer.from(bytes.subarray(at - length, at));
  });
  return { key, value, headers: headers === null ? [] : JSON.parse(headers.toString()).map(headerOfText) };
}

function sizeOf({ key, value, headers }) {
  const text = headers.length === 0 ? 0 : Buffer.byteLength(JSON.stringify(headers.map(headerText)));
  return headBytes + (key?.length ?? 0) + (value?.length ?? 0) + text;
}

function headerText([name, bytes]) {
  return [name, bytes === null ? null : bytes.toString("base64")];
}

function headerOfText([name, text]) {
  return [name, text === null ? null : Buffer.from(text, "base64")];
}

/** As people read it, in files: text where it is UTF-8, base64 where it is not. */
export function inputToJson({ key, value, headers }) {
  const written = (name, bytes) => {
    if (bytes === null) return { [name]: null };
    const text = bytes.toString("utf8");
    return Buffer.from(text).equals(bytes)
      ? { [name]: text }
      : { [`${name}_base64`]: bytes.toString("base64") };
  };
  return {
    ...written("key", key),
    ...written("value", value),
    ...(headers.length === 0 ? {} : { headers: headers.map(headerText) }),
  };
}

export function inputOfJson(json) {
  const read = (name) => {
    if (typeof json[name] === "string") return Buffer.from(json[name]);
    const base64 = json[`${name}_base64`];
    return typeof base64 === "string" ? Buffer.from(base64, "base64") : null;
  };
  return { key: read("key"), value: read("value"), headers: (json.headers ?? []).map(headerOfText) };
}
