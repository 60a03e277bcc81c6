/** A body that somebody spoiled, and whether no API may take it. */
export interface Spoiled {
  readonly text: string;
  readonly isWrong: boolean;
}

const hostileValues: readonly unknown[] = [
  null,
  -1,
  1e308,
  "\u0000",
  "x".repeat(5_000),
  "' or 1=1 --",
  "<script>alert(1)</script>",
  "../../etc/passwd",
  "${env:GLUTTONY_MASTER_KEY}",
  "\ud800",
  [[[[[]]]]],
  { $ref: "#" },
];

/** Spoils a body that fits, in one way that `choice` picks. Which ways are wrong for sure is said. */
export function spoil(body: unknown, choice: number): Spoiled {
  const text = JSON.stringify(body);
  switch (choice % 10) {
    case 0:
      return { text: text.slice(0, -1), isWrong: true };
    case 1:
      return { text: `[${text}]`, isWrong: true };
    case 2:
      return { text: withField(body, "surprise", 1), isWrong: true };
    case 3:
      return { text: text.replace("{", '{"__proto__":{"polluted":1},'), isWrong: true };
    case 4:
      return { text: text.replace("{", '{"constructor":{"prototype":{"polluted":1}},'), isWrong: true };
    case 5:
      return { text: `${"[".repeat(2_000)}${"]".repeat(2_000)}`, isWrong: true };
    case 6:
      return { text: "", isWrong: true };
    case 7:
      return { text: withField(body, "createdBy", "user:root"), isWrong: false };
    default:
      return { text: replacedField(body, choice), isWrong: false };
  }
}

function withField(body: unknown, name: string, value: unknown): string {
  return JSON.stringify({ ...(body as object), [name]: value });
}

function replacedField(body: unknown, choice: number): string {
  const names = Object.keys(body as object);
  const name = names[choice % Math.max(1, names.length)] ?? "name";
  return withField(body, name, hostileValues[choice % hostileValues.length]);
}
