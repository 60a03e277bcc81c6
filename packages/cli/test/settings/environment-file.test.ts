import { expect, test } from "vitest";
import { parseEnvironmentFile } from "../../src/settings/environment-file.ts";
import { faultsOfFile } from "../../src/settings/validate-settings.ts";

const path = "host.env";
const readFile = (): string => "";
const faultsIn = (text: string) =>
  faultsOfFile(parseEnvironmentFile(text, path), { path, readFile }).map((fault) => fault.path);

const whole = "DATABASE_URL=postgresql://db/gluttony\nKAFKA_HOST=a:9092";

test("lines, quotes, comments and `export` are read as systemd and Compose read them", () => {
  const { env, faults } = parseEnvironmentFile(
    "# a host\r\n\r\nexport LOG_LEVEL='warn'\nKAFKA_HOST=\"a:9092\"\nEMPI_HOST=http://h/?a=b\n",
    path,
  );

  expect(faults).toEqual([]);
  expect(env).toEqual({ LOG_LEVEL: "warn", KAFKA_HOST: "a:9092", EMPI_HOST: "http://h/?a=b" });
});

test("a file with which a host can start has no faults", () => {
  expect(faultsIn(whole)).toEqual([]);
});

test("every fault has its line, and all are told at once", () => {
  expect(faultsIn(`${whole}\nLOG_LEVEL=loud\nnonsense\nGLUTTONY_HOSTID=a\nLOG_LEVEL=louder\n`)).toEqual([
    "host.env:4",
    "host.env:6",
    "host.env:5 GLUTTONY_HOSTID",
    "host.env:6 LOG_LEVEL",
  ]);
});

test("what a host cannot do without is named although no line is at fault", () => {
  expect(faultsIn("")).toEqual(["DATABASE_URL", "KAFKA_HOST"]);
});

test("no fault repeats what stands in a line", () => {
  const text = JSON.stringify(parseEnvironmentFile("password s3cret", path));

  expect(text).not.toContain("s3cret");
});
