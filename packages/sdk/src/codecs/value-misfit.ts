/** A value that does not fit its schema. Thrown by decoders, caught by the codec, which reports it by column. */
export class ValueMisfit extends Error {
  readonly expected: string;

  constructor(expected: string) {
    super(`not ${expected}`);
    this.expected = expected;
  }
}

/** A decimal came as a bare number that a double has rounded: the record must be read again with number texts. */
export class NumberTextNeeded extends Error {}
