import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createHmac } from "node:crypto";
import { createHttpClient } from "@gluttony/egress";
import { effectiveSettings, KnownSecrets } from "@gluttony/model";
import {
  createAlertBook,
  createAlertingStore,
  createConsumers,
  createObservations,
  createSecretBox,
  createSecretResolver,
  type Pool,
} from "@gluttony/postgres";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { lookOnce, retryInMs } from "../../packages/cli/src/alert-watch.ts";
import { alertingOf, refusalOf } from "../../packages/cli/src/alerting-of-serve.ts";
import type { Stores } from "../../packages/cli/src/stores.ts";
import { startMailReceiver, textIn } from "../../packages/egress/test/support/mail-receiver.ts";
import { silentLog } from "../support/kafka-owner.ts";
import { insertConsumer, openMigrated } from "../support/sql.ts";
import { makeDatabase, stack, type TestDatabase } from "../support/stack.ts";

const box = createSecretBox(Buffer.alloc(32, 7).toString("base64"));
const resolver = createSecretResolver({ box, env: {} }, new KnownSecrets());
const secret = "secret-canary-5512";

interface Heard {
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

describe.skipIf(stack().postgresUnavailable !== "")("alerts", () => {
  let database: TestDatabase;
  let pool: Pool;
  let server: Server;
  let url: string;
  let status: number;
  let consumerId: string;
  const heard: Heard[] = [];
  const http = createHttpClient();

  beforeEach(async () => {
    database = await makeDatabase("alerts");
    pool = await openMigrated(database.url);
    heard.length = 0;
    status = 200;
    server = createServer((request, response) => {
      let body = "";
      request.on("data", (part: Buffer) => (body += part.toString("utf8")));
      request.on("end", () => {
        heard.push({ headers: request.headers, body });
        response.writeHead(status, { "content-type": "application/json" }).end("{}");
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook-canary-7781`;
    consumerId = await insertConsumer(pool, { name: "persons", handlerFunc: "empi", topic: "t" });
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await pool.close();
    await database[Symbol.asyncDispose]();
  });

  function parts() {
    const stores = {
      pool,
      box,
      secrets: resolver,
      consumers: createConsumers(pool, { box }),
      observations: createObservations(pool),
    } as Stores;
    return { stores, http, log: silentLog };
  }

  async function look(): Promise<void> {
    const book = createAlertBook(pool, { box, resolver });
    await book.whileAlone(() => lookOnce(book, parts()));
  }

  function see(state: "failed" | "running"): Promise<void> {
    const seen = {
      consumerId,
      hostId: "h",
      state,
      since: new Date(),
      cause: null,
      revision: 1n,
      release: null,
      partitions: [],
      lagMs: null,
      retrying: 0,
      nextAttemptAt: null,
    };
    return parts().stores.observations.write([seen]);
  }

  const makeChannel = (store = createAlertingStore(pool, box)) =>
    store.createChannel(
      { name: "duty", kind: "webhook", isEnabled: true, language: "en", url, secret, mail: null },
      "user:ann",
    );

  test("a mail channel tells what fires and its end to everybody on its list, and its password never shows", async () => {
    await using post = await startMailReceiver();
    const store = createAlertingStore(pool, box);
    const mail = {
      from: "g@h.example",
      to: ["a@h.example", "b@h.example"],
      user: "duty",
      allowsClearText: false,
    };
    const password = "letmein-canary-3391";
    const wish = {
      name: "post",
      kind: "mail",
      isEnabled: true,
      language: "zh-CN",
      secret: password,
      mail,
    } as const;
    const channel = await store.createChannel({ ...wish, url: `smtp://127.0.0.1:${post.port}` }, "user:ann");

    await alertingOf(parts().stores, http).test(channel.id);
    await see("failed");
    await look();
    await see("running");
    await look();

    expect(post.taken).toMatchObject(Array(3).fill({ from: "g@h.example", to: mail.to, user: "duty" }));
    expect(post.taken.map(({ source }) => textIn(source))).toMatchObject([
      expect.stringContaining("gluttony"),
      expect.stringContaining("消费者失败: persons"),
      expect.stringContaining("消费者失败: persons"),
    ]);
    const [row] = await pool.query("select to_jsonb(c)::text as text from cdc.alert_channel c");
    const audit = await pool.query(
      "select detail::text as detail from cdc.audit where target_kind = 'alert-channel'",
    );
    expect(
      JSON.stringify(
        [row, audit, await store.channels(), await store.alerts({ limit: 9 })],
        (_key, value: unknown) => (typeof value === "bigint" ? String(value) : value),
      ),
    ).not.toContain(password);
  });

  test("mail that a server refuses is shown beside the alert by its code, and a test says which", async () => {
    await using post = await startMailReceiver();
    const store = createAlertingStore(pool, box);
    const mail = {
      from: "g@h.example",
      to: ["a@h.example", "nobody@h.example"],
      user: null,
      allowsClearText: false,
    };
    const wish = { name: "post", kind: "mail", isEnabled: true, language: "en", secret: null, mail } as const;
    const channel = await store.createChannel({ ...wish, url: `smtp://127.0.0.1:${post.port}` }, "user:ann");

    await expect(alertingOf(parts().stores, http).test(channel.id)).rejects.toMatchObject({
      code: "alert.undelivered",
      facts: { reason: "recipients_refused", recipients: 1 },
    });
    await store.updateChannel(
      channel.id,
      { ...wish, url: undefined, mail: { ...mail, to: ["nobody@h.example"] } },
      { actor: "user:ann", revision: 1n },
    );
    await see("failed");
    await look();

    expect((await store.alerts({ limit: 9 }))[0]?.deliveries).toMatchObject([
      { channel: "post", state: "waiting", attempts: 1, code: "alert.undelivered" },
    ]);
  });

  test("what fires is told once, signed, and so is its end", async () => {
    await makeChannel();

    await see("failed");
    await look();
    await look();
    await see("running");
    await look();
    await look();

    expect(heard.map(({ body }) => JSON.parse(body))).toMatchObject([
      { turn: "firing", rule: "consumer_failed", subject: { kind: "consumer", name: "persons" } },
      { turn: "resolved" },
    ]);
    for (const { headers, body } of heard) {
      const signed = createHmac("sha256", secret)
        .update(`${String(headers["x-gluttony-timestamp"])}.${body}`)
        .digest("hex");
      expect(headers["x-gluttony-signature"]).toBe(`sha256=${signed}`);
    }
  });

  test("what was not taken is shown beside the alert, and told once the channel takes it", async () => {
    await makeChannel();
    const store = createAlertingStore(pool, box);
    status = 503;
    await see("failed");

    await look();
    const [undelivered] = await store.alerts({ limit: 10 });
    await look();
    const early = heard.length;
    status = 200;
    await pool.query("update cdc.alert_delivery set next_at = now()");
    await look();
    const [delivered] = await store.alerts({ limit: 10 });

    expect(undelivered?.deliveries).toMatchObject([
      { channel: "duty", state: "waiting", attempts: 1, code: "alert.undelivered" },
    ]);
    expect(early).toBe(1);
    expect(delivered?.deliveries).toMatchObject([{ state: "delivered", attempts: 2, code: null }]);
  });

  test("during a silence nobody is told; what still fires at its end is told then", async () => {
    await makeChannel();
    const store = createAlertingStore(pool, box);
    const until = new Date(Date.now() + 60_000);
    const silence = await store.createSilence(
      { rule: "consumer_failed", subject: null, reason: "moving", until },
      "user:ann",
    );
    await see("failed");

    await look();
    const [silenced] = await store.alerts({ limit: 10 });
    await store.deleteSilence(silence.id, "user:ann");
    await look();

    expect(silenced?.deliveries).toMatchObject([{ state: "silenced" }]);
    expect(heard).toHaveLength(1);
  });

  test("a rule that was set, and one that was switched off, are what is watched", async () => {
    const store = createAlertingStore(pool, box);
    const change = { actor: "user:ann", revision: 0n };
    const off = { rule: "consumer_failed", isEnabled: false, threshold: 0, forMs: 0 } as const;
    await see("failed");

    await look();
    await store.setRule(off, change);
    await look();
    const [alert] = await store.alerts({ limit: 10 });

    expect(alert).toMatchObject({ rule: "consumer_failed", state: "resolved" });
    await expect(store.setRule(off, change)).rejects.toMatchObject({ code: "alert.stale_revision" });
    await expect(
      store.setRule({ ...off, rule: "lag_seconds" }, { actor: "user:ann", revision: 3n }),
    ).rejects.toMatchObject({ code: "alert.stale_revision" });
  });

  test("a channel is tested, and says when it does not take the message", async () => {
    const { id } = await makeChannel();
    const alerting = alertingOf(parts().stores, http);

    await alerting.test(id);
    status = 500;
    await expect(alerting.test(id)).rejects.toMatchObject({ code: "alert.undelivered" });
    await expect(alerting.test("99")).rejects.toMatchObject({ code: "alert.channel_not_found" });

    expect(JSON.parse(heard[0]?.body ?? "")).toMatchObject({ turn: "test" });
  });

  test("an address and a secret rest sealed, and are not in the audit", async () => {
    const store = createAlertingStore(pool, box);
    const channel = await makeChannel(store);
    const kept = { ...channel, url: undefined, secret: undefined };
    await store.updateChannel(channel.id, { ...kept, isEnabled: false }, { actor: "user:ann", revision: 1n });
    const [row] = await pool.query("select to_jsonb(c)::text as text from cdc.alert_channel c");
    const audit = await pool.query(
      "select actor, action, detail::text as detail from cdc.audit where target_kind = 'alert-channel'",
    );

    const text = JSON.stringify([row, audit]);
    expect(text).not.toContain(secret);
    expect(text).not.toContain("hook-canary-7781");
    expect(audit).toMatchObject([
      { actor: "user:ann", action: "alert-channel.create" },
      { actor: "user:ann", action: "alert-channel.update" },
    ]);
    await expect(makeChannel(store)).rejects.toMatchObject({ code: "alert.channel_taken" });
    await expect(makeChannel(createAlertingStore(pool, null))).rejects.toMatchObject({
      code: "secret.master_key_missing",
    });
  });
});

test.each([
  ["https://alerts.example/x", true],
  ["http://10.0.0.7/x", true],
  ["${env:ALERT_URL}", true],
  ["ftp://alerts.example", false],
  ["http://user:pass@alerts.example", false],
  ["http://169.254.169.254/latest", false],
  ["http://[fe80::1]/", false],
  ["alerts.example", false],
])("alerts may be sent to %s: %s", (address, isAllowed) => {
  expect(refusalOf(address, "webhook") === null).toBe(isAllowed);
});

test.each([
  ["smtps://mail.example", true],
  ["smtp://mail.example:25", true],
  ["${env:MAIL_URL}", true],
  ["https://mail.example", false],
  ["smtp://user:pass@mail.example", false],
  ["smtp://169.254.169.254:25", false],
])("mail may be sent through %s: %s", (address, isAllowed) => {
  expect(refusalOf(address, "mail") === null).toBe(isAllowed);
});

test("retries wait longer and longer, and end", () => {
  const waits = (limits: Parameters<typeof retryInMs>[1]) =>
    [1, 2, 3, 12, 19, 20].map((attempts) => retryInMs(attempts, limits));

  expect(waits(effectiveSettings({}))).toEqual([10_000, 20_000, 40_000, 3_600_000, 3_600_000, null]);
  expect(waits({ "alert.attemptsMax": 12, "alert.retryMinutesMax": 1 })).toEqual([
    10_000,
    20_000,
    40_000,
    null,
    null,
    null,
  ]);
});
