const opening = Buffer.from('{"schema":{');
const marker = Buffer.from(',"payload":');

/**
 * How many bytes of a JSON converter's record come before its payload, or null when the record is not laid out
 * in that order. Counts brackets outside of strings, so that a name which looks like a marker misleads nobody.
 */
export function schemaPrefixLength(record: Buffer): number | null {
  if (!record.subarray(0, opening.length).equals(opening)) return null;
  const end = endOfObject(record, opening.length - 1);
  if (end === null || !record.subarray(end, end + marker.length).equals(marker)) return null;
  return end + marker.length;
}

/** Index after the bracket that closes the object which opens at `start`. */
function endOfObject(record: Buffer, start: number): number | null {
  let depth = 0;
  let isText = false;
  for (let at = start; at < record.length; at += 1) {
    const byte = record[at];
    if (byte === 0x22) isText = !isText;
    else if (isText && byte === 0x5c) at += 1;
    else if (!isText && byte === 0x7b) depth += 1;
    else if (!isText && byte === 0x7d && (depth -= 1) === 0) return at + 1;
  }
  return null;
}
