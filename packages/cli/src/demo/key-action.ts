/** What one key does while the demo stays. */
export type KeyAction = "insert" | "burst" | "fail" | "shell" | "logs" | "status" | "quit" | "wipe";

const ACTIONS: Readonly<Record<string, KeyAction>> = {
  i: "insert",
  b: "burst",
  f: "fail",
  d: "shell",
  l: "logs",
  s: "status",
  q: "quit",
  x: "wipe",
};

/** The keys as they are shown. */
export const keyLines: readonly string[] = [
  "[i] insert a patient  [b] burst of 1,000 changes  [f] EMPI fails for 30 s",
  "[s] status  [l] host log  [d] database shell  [q] quit, keep data  [x] quit and wipe",
];

/** The action of a key, in either case; undefined for every other key. */
export function actionOf(key: string): KeyAction | undefined {
  const lower = key.toLowerCase();
  return Object.hasOwn(ACTIONS, lower) ? ACTIONS[lower] : undefined;
}

/** In raw mode the terminal sends Ctrl-C as a key. */
export function isInterrupt(key: string): boolean {
  return key === "\u0003";
}
