/** Characters of an address at most, as RFC 5321 has it. */
const addressLengthMax = 254;
/** Atoms and dots, then a domain: no quotes, comments, groups or lists, and nothing that ends a line. */
const addressPattern =
  /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/;

/** Whether a text is one plain mail address. Pure. */
export function isMailAddress(text: string): boolean {
  return text.length <= addressLengthMax && addressPattern.test(text);
}

/** Whether a text fits on one line of a header. Pure. */
export function isOneLine(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- They are what is looked for: each could begin another header.
  return !/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(text);
}
