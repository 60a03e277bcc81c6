// Changes inputs: bytes by chance, and pieces of JSON by its grammar.
import { inputBytesMax } from "./inputs.mjs";
import { nameWords, snippets, values, words } from "./words.mjs";

const corpusMax = 4_096;
const stackMax = 4;
const topics = 128;
const headerNames = [
  "__op",
  "__debezium.newkey",
  "__debezium.oldkey",
  "__table",
  "__lsn",
  "ce_specversion",
  "ce_type",
  "__value_schema_id",
];
/** Blanks between tokens are left out; those inside of texts stay. */
const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+|"/g;

export class Mutator {
  #random;
  #corpus = [];

  constructor(random) {
    this.#random = random;
  }

  get size() {
    return this.#corpus.length;
  }

  inputs() {
    return this.#corpus.map(({ input }) => input);
  }

  add(input) {
    const entry = { input, tokens: { key: tokensOf(input.key), value: tokensOf(input.value) } };
    // The first ones are kept: they were written by hand.
    if (this.#corpus.length < corpusMax) this.#corpus.push(entry);
    else this.#corpus[corpusMax / 2 + this.#random(corpusMax / 2)] = entry;
  }

  /** An input that is an input of the corpus, changed a few times. */
  next() {
    const place = this.#random(this.#corpus.length);
    const { input, tokens } = this.#corpus[place];
    // Topics remember few schemas: what comes of one input shares one, so that most schemas are known, as they are in life.
    const topic = `fuzz-${place % topics}`;
    const kind = this.#random(16);
    if (kind === 0) return { ...input, topic, headers: this.#headers(input.headers) };
    const part = kind < 4 ? "key" : "value";
    return { ...input, topic, [part]: this.#changed(input[part], tokens[part]) };
  }

  /** Most changes keep JSON what it is: text that is none is refused at once, and says nothing of what lies behind. */
  #changed(bytes, tokens) {
    const kind = this.#random(8);
    if (kind === 0) return this.#byBytes(bytes);
    return kind < 3 ? this.#byTokens(tokens) : this.#byValues(tokens);
  }

  /** Values in place of values, members twice or not at all. */
  #byValues(tokens) {
    const changed = [...tokens];
    // A changed schema is compiled anew, which costs more than all else: mostly what it describes is changed.
    const first = this.#random(8) === 0 ? 0 : Math.max(0, tokens.indexOf('"payload"'));
    for (let count = 1 + this.#random(stackMax); count > 0; count -= 1) {
      const at = this.#nextValue(changed, first + this.#random(changed.length + 1 - first));
      if (at === -1) continue;
      const length = this.#subtree(changed, at);
      switch (this.#random(6)) {
        case 0:
        case 1:
          changed.splice(at, length, this.#pick(values));
          break;
        case 2: {
          const other = this.#pick(this.#corpus).tokens.value;
          const from = this.#nextValue(other, this.#random(other.length + 1));
          if (from !== -1)
            changed.splice(at, length, ...other.slice(from, from + this.#subtree(other, from)));
          break;
        }
        case 3:
          if (changed[at - 1] === ":") changed.splice(at - 2, 1, this.#pick(nameWords));
          break;
        case 4:
          changed.splice(
            at + length,
            0,
            ",",
            ...(changed[at - 1] === ":" ? [changed[at - 2], ":"] : []),
            this.#pick(values),
          );
          break;
        case 5:
          if (changed[at - 1] === ":" && changed[at + length] === ",") changed.splice(at - 2, length + 3);
          else changed.splice(at, length, "null");
          break;
      }
    }
    return cut(Buffer.from(changed.join(""), "latin1"));
  }

  /** Where the next value begins, from a place on; -1 when there is none. */
  #nextValue(tokens, from) {
    for (let at = from; at < tokens.length; at += 1) {
      if ("}],:".includes(tokens[at]) || tokens[at + 1] === ":") continue;
      return at;
    }
    return -1;
  }

  #byTokens(tokens) {
    const changed = [...tokens];
    for (let count = 1 + this.#random(stackMax); count > 0; count -= 1) {
      const at = this.#random(changed.length + 1);
      switch (this.#random(8)) {
        case 0:
          changed.splice(at, 1);
          break;
        case 1:
          changed.splice(at, 0, this.#pick(words));
          break;
        case 2:
          changed.splice(at, 1, this.#pick(words));
          break;
        case 3:
          changed.splice(at, 0, this.#pick(snippets));
          break;
        case 4:
          changed.splice(at, this.#subtree(changed, at), this.#pick(snippets));
          break;
        case 5:
          changed.splice(at, 0, ...changed.slice(at, at + this.#subtree(changed, at)));
          break;
        case 6:
          changed.splice(at, this.#subtree(changed, at));
          break;
        case 7: {
          const other = this.#pick(this.#corpus).tokens.value;
          const from = this.#random(other.length + 1);
          changed.splice(at, 1, ...other.slice(from, from + this.#subtree(other, from)));
          break;
        }
      }
    }
    return cut(Buffer.from(changed.join(""), "latin1"));
  }

  /** How many tokens the value at a place has. */
  #subtree(tokens, at) {
    let depth = 0;
    for (let end = at; end < tokens.length; end += 1) {
      if (tokens[end] === "{" || tokens[end] === "[") depth += 1;
      if (tokens[end] === "}" || tokens[end] === "]") depth -= 1;
      if (depth <= 0) return end - at + 1;
    }
    return tokens.length - at;
  }

  #byBytes(given) {
    let bytes = Buffer.from(given ?? []);
    if (given !== null && this.#random(200) === 0) return null;
    for (let count = 1 + this.#random(stackMax); count > 0; count -= 1) {
      const at = this.#random(bytes.length + 1);
      const length = 1 + this.#random(this.#random(2) === 0 ? 4 : 64);
      const rest = bytes.subarray(at);
      switch (this.#random(6)) {
        case 0:
          if (at < bytes.length) bytes[at] ^= 1 << this.#random(8);
          break;
        case 1:
          if (at < bytes.length) bytes[at] = this.#random(256);
          break;
        case 2:
          bytes = Buffer.concat([bytes.subarray(0, at), rest.subarray(length)]);
          break;
        case 3:
          bytes = Buffer.concat([bytes.subarray(0, at), rest.subarray(0, length), rest]);
          break;
        case 4:
          bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(this.#pick(words), "latin1"), rest]);
          break;
        case 5: {
          const other = this.#pick(this.#corpus).input.value ?? Buffer.alloc(0);
          bytes = Buffer.concat([bytes.subarray(0, at), other.subarray(this.#random(other.length + 1))]);
          break;
        }
      }
    }
    return cut(bytes);
  }

  #headers(headers) {
    const kept = headers.filter(() => this.#random(3) > 0);
    const text =
      this.#random(4) === 0
        ? null
        : Buffer.from(this.#random(2) === 0 ? this.#pick(snippets) : this.#pick(words), "latin1");
    return [...kept, [this.#pick(headerNames), text]].slice(0, 8);
  }

  #pick(list) {
    return list[this.#random(list.length)];
  }
}

/** One character for each byte, so that any bytes come back as they were. */
function tokensOf(bytes) {
  return bytes === null ? [] : (bytes.toString("latin1").match(token) ?? []);
}

function cut(bytes) {
  return bytes.length > inputBytesMax / 2 ? bytes.subarray(0, inputBytesMax / 2) : bytes;
}
