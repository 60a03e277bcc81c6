import { expect, test } from "vitest";
import { explainSettings, type SettingShown } from "../../src/settings/explain-settings.ts";

const key = "k3y-of-at-least-16-characters";
const readFile = (path: string): string => {
  if (path !== "/run/key") throw new Error("no such file");
  return key;
};

function explained(env: { readonly [name: string]: string }): ReadonlyMap<string, SettingShown> {
  return new Map(explainSettings({ env, readFile }).settings.map((one) => [one.name, one]));
}

test("a setting that is not set has its default, or is unset where it has none", () => {
  const settings = explained({ HOME: "/home/g" });

  expect(settings.get("LOG_LEVEL")).toMatchObject({ value: "trace", origin: "default", faults: [] });
  expect(settings.get("GLUTTONY_DATA_DIR")).toMatchObject({ value: "/home/g/.local/share/gluttony" });
  expect(settings.get("DATABASE_URL")).toMatchObject({ value: null, origin: "unset" });
  expect(settings.get("GLUTTONY_CONNECT_KAFKA_HOST")).toMatchObject({
    value: "as KAFKA_HOST",
    origin: "default",
  });
});

test("what is set is from the environment, and holds as it is understood", () => {
  const settings = explained({ KAFKA_HOST: " a:9092 ", LOG_LEVEL: "warn" });

  expect(settings.get("KAFKA_HOST")).toMatchObject({ value: "a:9092", origin: "environment" });
  expect(settings.get("GLUTTONY_CONNECT_KAFKA_HOST")).toMatchObject({ value: "a:9092", origin: "default" });
});

test("a secret is masked, and its file is named", () => {
  const settings = explained({
    GLUTTONY_MASTER_KEY_FILE: "/run/key",
    GLUTTONY_ADMIN_TOKEN: "the-deployers-own-token",
  });

  expect(settings.get("GLUTTONY_MASTER_KEY")).toMatchObject({
    value: "********",
    origin: "file",
    file: "/run/key",
    isSecret: true,
  });
  expect(settings.get("GLUTTONY_ADMIN_TOKEN")).toMatchObject({ value: "********", origin: "environment" });
});

test("nothing that is told holds a secret, also where it stands in the wrong place", () => {
  const text = JSON.stringify(
    explainSettings({
      env: {
        DATABASE_URL: "postgresql://gluttony:s3cret-one@db:5432/gluttony",
        GLUTTONY_MASTER_KEY_FILE: "/run/key",
        GLUTTONY_ADMIN_TOKEN: "s3cret-two-and-more",
        GLUTTONY_SCHEMA_REGISTRY_LOGIN: "user:s3cret-three",
        EMPI_HOST: "http://user:s3cret-four@empi",
        CONNECT_HOST: "http://user:s3cret-five@connect",
      },
      readFile,
    }),
  );

  expect(text).not.toMatch(/s3cret|k3y-of/);
  expect(text).toContain("@db:5432/gluttony");
});

test("a fault stands with its setting, one of no setting beside them", () => {
  const { settings, faults } = explainSettings({
    env: { LOG_LEVEL: "loud", GLUTTONY_ADMIN_TOKENS: "x" },
    readFile,
  });

  expect(settings.find(({ name }) => name === "LOG_LEVEL")?.faults).toHaveLength(1);
  expect(faults).toMatchObject([{ path: "GLUTTONY_ADMIN_TOKENS", suggestion: "GLUTTONY_ADMIN_TOKEN" }]);
});
