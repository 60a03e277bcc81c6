/** A class and no handler. */
export class onChange {
  handle() {
    return undefined;
  }
}
