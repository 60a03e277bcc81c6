import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MASK, maskConfig, planConnector, scrubLine } from "../src/index.ts";

describe("a configuration that is shown", () => {
  test.each([
    "database.password",
    "DATABASE.PASSWORD",
    "database.sslpassword",
    "database.sslkey",
    "producer.override.sasl.jaas.config",
    "connection.uri",
    "aws.secret.access.key",
    "value.converter.basic.auth.user.info",
    "my.token",
    "login.passphrase",
  ])("hides %s by its name", (name) => {
    expect(maskConfig({ [name]: "s3cr3t" })[name]).toBe(MASK);
  });

  test.each(["key.converter", "message.key.columns", "topic.prefix", "snapshot.mode", "database.user"])(
    "shows %s",
    (name) => {
      expect(maskConfig({ [name]: "value" })[name]).toBe("value");
    },
  );

  test("hides what the definition calls a password, whatever its name", () => {
    expect(maskConfig({ innocent: "s3cr3t" }, new Map([["innocent", "PASSWORD"]]))).toEqual({
      innocent: MASK,
    });
  });

  test("leaves a reference to the worker's secrets", () => {
    const config = { "database.password": "${file:/conf/secrets.properties:pw}" };

    expect(maskConfig(config)).toEqual(config);
  });

  test("hides the user part of a URL in any value", () => {
    expect(maskConfig({ x: "jdbc:postgresql://dbz:s3cr3t@his/emr?password=s3cr3t&a=b" })["x"]).not.toContain(
      "s3cr3t",
    );
  });

  test.each([
    ['postgres://dbz:s3cr"3t@his/emr'],
    ["jdbc:sqlserver://his:1433;user=dbz;password=s3cr3t"],
    ['x password="s3cr3t s3cr3t" y'],
    ["http://s3cr3t@registry:8081"],
  ])("hides what is secret in %s", (value) => {
    expect(maskConfig({ x: value })["x"]).not.toMatch(/s3cr/);
  });

  test("never shows the password of a planned connector", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 12 }), (password) => {
        fc.pre(!password.includes("${"));
        const address = {
          dataSource: "postgresql",
          host: "his",
          port: 5432,
          user: "dbz",
          password,
          database: "emr",
          transport: {},
        } as const;
        const { config } = planConnector({
          address,
          schema: "s",
          table: "t",
          topic: "t",
          keyColumns: null,
          options: {},
          workerBrokers: "kafka:9092",
        });

        expect(JSON.stringify(maskConfig(config))).not.toContain(JSON.stringify(password).slice(1, -1));
      }),
    );
  });
});

describe("a line of the worker", () => {
  const rules = { secrets: ["s3cr3t/ü"], known: ["dbz", "public.patient"] };

  test.each([
    [
      'FATAL: password authentication failed for user "dbz"',
      'FATAL: password authentication failed for user "dbz"',
    ],
    ["Invalid value 张三 for 'name' of \"public.patient\"", 'Invalid value … for … of "public.patient"'],
    ["Key (id)=(4711) is there", "Key … is there"],
    ["Struct{name=Zhang} at lsn 31420784", "Struct… at lsn …"],
    ["first\n\tat java.lang", "first"],
    ["a\u001b[31mred", "a [31mred"],
    ["jdbc:postgresql://dbz:pw@his/emr", `jdbc:postgresql://${MASK}@his/emr`],
    ["url?password=hunter2 x", `url?password=${MASK} x`],
    ['login with password="hunter 2" x', `login with password=${MASK} x`],
  ])("%j becomes %j", (text, line) => {
    expect(scrubLine(text, rules)).toBe(line);
  });

  test("holds no form of a secret, and is short", () => {
    const quoting = (secret: string) => [
      secret,
      encodeURIComponent(secret),
      JSON.stringify(secret).slice(1, -1),
      Buffer.from(secret).toString("base64"),
    ];
    const secrets = fc
      .string({ minLength: 6, unit: "grapheme-ascii" })
      .filter((secret) => !MASK.includes(secret.trim()));

    fc.assert(
      fc.property(secrets, fc.string(), fc.string(), (secret, before, after) => {
        for (const form of quoting(secret)) {
          const line = scrubLine(`x${before}${form}${after}`, { secrets: [secret], known: [] });
          expect(line.length).toBeLessThanOrEqual(300);
          expect(line).not.toContain(form);
        }
      }),
    );
  });
});
