import fc from "fast-check";
import { expect, test } from "vitest";
import { NumberedSlots } from "../../src/cell/numbered-slots.ts";

test("what is in comes out under its number, once, and no number is in use twice", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9)), (steps) => {
      const slots = new NumberedSlots<string>();
      const known = new Map<number, string>();
      for (const [index, step] of steps.entries()) {
        const [oldest] = known.keys();
        if (step < 6 || oldest === undefined) {
          const number = slots.add(`item ${index}`);
          expect(known.has(number)).toBe(false);
          known.set(number, `item ${index}`);
        } else {
          expect(slots.take(oldest)).toBe(known.get(oldest));
          expect(slots.take(oldest)).toBeUndefined();
          known.delete(oldest);
        }
        expect(slots.size).toBe(known.size);
      }
      for (const [number, item] of known) expect(slots.get(number)).toBe(item);
      expect(slots.values().toSorted()).toEqual([...known.values()].toSorted());
    }),
  );
});

test("a number that was given back is not accepted again, although its slot is used again", () => {
  const slots = new NumberedSlots<string>();
  const first = slots.add("a");
  slots.take(first);

  const second = slots.add("b");

  expect(second).not.toBe(first);
  expect(slots.get(first)).toBeUndefined();
  expect(slots.get(second)).toBe("b");
  expect(slots.get(7)).toBeUndefined();
});

test("numbers stay within 32 bits however often a slot is used", () => {
  const slots = new NumberedSlots<string>();
  let largest = 0;

  for (let use = 0; use < 70_000; use += 1) {
    const number = slots.add("a");
    largest = Math.max(largest, number);
    slots.take(number);
  }

  expect(largest).toBeLessThan(2 ** 32);
});

test("more items than numbers can tell apart are refused", () => {
  const slots = new NumberedSlots<number>();
  for (let item = 0; item < 65_536; item += 1) slots.add(item);

  expect(() => slots.add(1)).toThrow(RangeError);
});
