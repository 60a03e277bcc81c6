const forbidden = (name: string) => (): never => {
  throw new Error(`${name} was used during a simulated run: time and chance come from the world alone.`);
};

/** A `Date` that can be made from a number but cannot ask for the time. */
function timelessDate(real: DateConstructor): DateConstructor {
  return new Proxy(real, {
    construct(target, given: readonly unknown[], newTarget): object {
      if (given.length === 0) forbidden("new Date()")();
      return Reflect.construct(target, given, newTarget) as object;
    },
    get(target, name): unknown {
      return name === "now" ? forbidden("Date.now") : Reflect.get(target, name);
    },
  });
}

const closed: readonly (readonly [object, string, unknown])[] = [
  [globalThis, "setTimeout", forbidden("setTimeout")],
  [globalThis, "setInterval", forbidden("setInterval")],
  [globalThis, "setImmediate", forbidden("setImmediate")],
  [globalThis, "fetch", forbidden("fetch")],
  [globalThis, "Date", timelessDate(Date)],
  [Math, "random", forbidden("Math.random")],
  [performance, "now", forbidden("performance.now")],
  [AbortSignal, "timeout", forbidden("AbortSignal.timeout")],
  [crypto, "randomUUID", forbidden("crypto.randomUUID")],
  [crypto, "getRandomValues", forbidden("crypto.getRandomValues")],
];

/**
 * Takes every clock, timer and generator of the process away until the answer is called, so that a run which
 * depends on one of them fails instead of differing from time to time.
 */
export function closeGlobals(): () => void {
  const before = closed.map(
    ([owner, name]) => [owner, name, Object.getOwnPropertyDescriptor(owner, name)] as const,
  );
  for (const [owner, name, value] of closed) {
    Object.defineProperty(owner, name, { value, configurable: true, writable: true });
  }
  return () => {
    for (const [owner, name, descriptor] of before) {
      if (descriptor === undefined) Reflect.deleteProperty(owner, name);
      else Object.defineProperty(owner, name, descriptor);
    }
  };
}
