import { expect, test } from "vitest";
import { parseArguments } from "../src/parse-arguments.ts";

const here = "/home/someone/patients";

test("with nothing said it is the current folder, named as it is", () => {
  expect(parseArguments([], here)).toEqual({
    wish: {
      folder: here,
      name: "patients",
      handler: "onChange",
      sdk: null,
      program: null,
      isInstalled: true,
    },
  });
});

test("everything may be said, in either form", () => {
  const args = [
    "visits",
    "--name=@acme/visits",
    "--handler",
    "onVisit",
    "--sdk=file:a.tgz",
    "--program",
    "2.0.0",
    "--no-install",
  ];

  expect(parseArguments(args, here)).toEqual({
    wish: {
      folder: `${here}/visits`,
      name: "@acme/visits",
      handler: "onVisit",
      sdk: "file:a.tgz",
      program: "2.0.0",
      isInstalled: false,
    },
  });
});

test.each([["--help"], ["-h"]])("%s asks for help, whatever else is said", (option) => {
  expect(parseArguments(["--name", "X", option], here)).toEqual({ help: true });
});

test.each([
  [["--nmae", "x"], "There is no option --nmae."],
  [["--name"], "--name needs a value."],
  [["--handler", "--no-install"], "--handler needs a value."],
  [["a", "b"], "One folder is made at a time; 2 are named."],
  [["--name", "Patients"], "--name is no name of an npm package"],
  [["--name", "../patients"], "--name is no name of an npm package"],
  [["--name", "@acme/"], "--name is no name of an npm package"],
  [["--name", `@acme/${"a".repeat(220)}`], "--name is no name of an npm package"],
  [["My Handlers"], "The folder's name is no name of an npm package"],
  [["--handler", "on-visit"], "--handler is no name of an export"],
  [["--handler", "class"], "--handler is no name of an export"],
  [["--handler", "9lives"], "--handler is no name of an export"],
  [["--handler", "a".repeat(65)], "--handler is no name of an export"],
])("%j is refused", (args, expected) => {
  const parsed = parseArguments(args, here);

  expect(parsed).toMatchObject({ faults: [expect.stringContaining(expected)] });
});

test("every fault is listed at once", () => {
  const parsed = parseArguments(["--name", "A", "--handler", "b c", "--x"], here);

  expect(parsed).toMatchObject({ faults: { length: 3 } });
});
