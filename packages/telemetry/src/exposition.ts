/** One line of Prometheus' text format. */
export interface Sample {
  readonly name: string;
  readonly labels: { readonly [name: string]: string };
  readonly value: number;
}

const linePattern = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)(?: \d+)?$/;
const labelPattern = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;

/** Reads what our own registry writes; lines that say nothing of a value are left out. Pure. */
export function parseExposition(text: string): readonly Sample[] {
  return text.split("\n").flatMap((line) => {
    const [, name, labels = "", value = ""] = linePattern.exec(line) ?? [];
    return name === undefined ? [] : [{ name, labels: labelsOf(labels), value: numberOf(value) }];
  });
}

function labelsOf(written: string): { readonly [name: string]: string } {
  const pairs = [...written.matchAll(labelPattern)].map(
    ([, name = "", value = ""]) => [name, unescaped(value)] as const,
  );
  return Object.fromEntries(pairs);
}

function unescaped(value: string): string {
  return value.replaceAll(/\\(.)/g, (_, escaped: string) => (escaped === "n" ? "\n" : escaped));
}

function numberOf(written: string): number {
  if (written === "+Inf") return Number.POSITIVE_INFINITY;
  return written === "-Inf" ? Number.NEGATIVE_INFINITY : Number(written);
}
