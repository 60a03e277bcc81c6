import { expect, test } from "vitest";
import { shownEnvironment } from "../src/environment-shown.ts";

const names = {
  names: ["KAFKA_HOST", "LOG_LEVEL", "GLUTTONY_MASTER_KEY_FILE"],
  secrets: ["GLUTTONY_MASTER_KEY", "DATABASE_URL"],
};

test("each name tells where its value comes from, and a secret tells no more", () => {
  const shown = shownEnvironment(
    {
      KAFKA_HOST: " kafka:9092 ",
      DATABASE_URL: "postgres://u:geheim@db/x",
      GLUTTONY_MASTER_KEY_FILE: "/run/key",
    },
    names,
  );

  expect(shown).toEqual([
    { name: "DATABASE_URL", source: "environment", isSecret: true, value: null },
    { name: "GLUTTONY_MASTER_KEY", source: "file", isSecret: true, value: null },
    { name: "KAFKA_HOST", source: "environment", isSecret: false, value: "kafka:9092" },
    { name: "LOG_LEVEL", source: "default", isSecret: false, value: null },
  ]);
});

test("an empty value is none", () => {
  expect(shownEnvironment({ KAFKA_HOST: "  " }, names).every(({ source }) => source === "default")).toBe(
    true,
  );
});
