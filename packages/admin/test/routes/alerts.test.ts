import { expect, test } from "vitest";
import type { Alert } from "../../src/alerting-ports.ts";
import { tokenOf } from "../support/memory-access.ts";
import { appOver, storedConsumer } from "../support/small-house.ts";

const alert: Alert = {
  id: "7",
  rule: "lag_seconds",
  subjectKind: "consumer",
  subject: "1",
  consumerIds: ["1"],
  state: "firing",
  since: new Date(0),
  firedAt: new Date(0),
  resolvedAt: null,
  value: 400,
  threshold: 300,
  evidence: { consumer: "persons" },
  acknowledgedBy: null,
  acknowledgedAt: null,
  acknowledgedNote: null,
  deliveries: [
    {
      channel: "hook",
      turn: "firing",
      state: "waiting",
      attempts: 2,
      nextAt: new Date(0),
      code: "alert.undelivered",
    },
  ],
};
const channel = {
  name: "hook",
  kind: "webhook",
  isEnabled: true,
  language: "en",
  url: "http://hook/x",
  secret: "s3",
};

test("an alert is listed with what became of telling it, and taken on", async () => {
  const { app, house } = appOver();
  house.alerting.alertsKept.push(alert);

  const listed = await app.inject("/api/v1/alerts?state=firing");
  const taken = await app.inject({
    method: "POST",
    url: "/api/v1/alerts/7:acknowledge",
    payload: { note: "mine" },
  });
  const unknown = await app.inject({ method: "POST", url: "/api/v1/alerts/8:acknowledge", payload: {} });

  expect(listed.json()).toMatchObject({
    items: [
      {
        id: "7",
        title: expect.any(String),
        next: expect.any(String),
        deliveries: [{ code: "alert.undelivered" }],
      },
    ],
  });
  expect(taken.json()).toMatchObject({ acknowledged: { note: "mine" } });
  expect([unknown.statusCode, unknown.json().code]).toEqual([404, "alert.not_found"]);
});

test("who sees only some consumers sees their alerts alone", async () => {
  const { app, house } = appOver({}, { token: "the-deployers-own-token" });
  await storedConsumer(house, { configuration: { labels: { site: "north" } } });
  house.alerting.alertsKept.push(alert, { ...alert, id: "8", subject: "2", consumerIds: ["2"] });
  const token = await tokenOf(house.access, [{ role: "operator", scope: { site: "north" } }]);
  const headers = { authorization: `Bearer ${token}` };

  const listed = await app.inject({ url: "/api/v1/alerts", headers });
  const foreign = await app.inject({
    method: "POST",
    url: "/api/v1/alerts/8:acknowledge",
    headers,
    payload: {},
  });

  expect(listed.json().items.map(({ id }: Alert) => id)).toEqual(["7"]);
  expect(foreign.statusCode).toBe(404);
});

test("a rule is changed on the revision that was seen", async () => {
  const { app } = appOver();
  const url = "/api/v1/alert-rules/lag_seconds";
  const payload = { isEnabled: true, threshold: 900, forMs: 0 };

  const read = await app.inject(url);
  const without = await app.inject({ method: "PUT", url, payload });
  const set = await app.inject({
    method: "PUT",
    url,
    payload,
    headers: { "if-match": String(read.headers["etag"]) },
  });
  const again = await app.inject({ method: "PUT", url, payload, headers: { "if-match": '"0"' } });

  expect(without.statusCode).toBe(428);
  expect(set.json()).toMatchObject({ threshold: 900, builtIn: { threshold: 300 }, revision: "1" });
  expect([again.statusCode, again.json().code]).toEqual([412, "alert.stale_revision"]);
  expect((await app.inject("/api/v1/alert-rules")).json().items).toHaveLength(10);
  expect((await app.inject("/api/v1/alert-rules/no_such")).statusCode).toBe(404);
});

test("a channel's address and secret go in and never come back", async () => {
  const { app, house } = appOver();
  const made = await app.inject({ method: "POST", url: "/api/v1/alert-channels", payload: channel });
  const { name: _name, url: _url, secret: _secret, ...rest } = channel;

  const changed = await app.inject({
    method: "PUT",
    url: "/api/v1/alert-channels/hook",
    payload: { ...rest, isEnabled: false },
    headers: { "if-match": '"1"' },
  });
  const listed = await app.inject("/api/v1/alert-channels");
  const tested = await app.inject({ method: "POST", url: "/api/v1/alert-channels/hook:test" });

  expect(made.statusCode).toBe(201);
  expect(made.json()).toMatchObject({ url: { kind: "sealed", ref: null }, secret: { kind: "sealed" } });
  expect(changed.json()).toMatchObject({ isEnabled: false, revision: "2" });
  expect(house.alerting.channelsKept[0]?.url).toBe("http://hook/x");
  expect(`${made.body}${changed.body}${listed.body}`).not.toMatch(/hook\/x|s3/);
  expect(tested.json()).toEqual({ delivered: true });
  expect(house.alerting.tested).toEqual(["1"]);
});

test("an address that is refused is not repeated", async () => {
  const { app } = appOver();
  const payload = { ...channel, url: "ftp://secret-place" };

  const answer = await app.inject({ method: "POST", url: "/api/v1/alert-channels", payload });

  expect([answer.statusCode, answer.json().code]).toEqual([422, "alert.destination_refused"]);
  expect(answer.body).not.toContain("secret-place");
});

const mail = {
  from: "gluttony@hospital.example",
  to: ["duty@hospital.example"],
  user: "duty",
  allowsClearText: false,
};
const mailChannel = { ...channel, name: "post", kind: "mail", url: "smtps://mail.hospital.example", mail };

test("a mail channel says between whom, and never its address or password", async () => {
  const { app } = appOver();

  const made = await app.inject({ method: "POST", url: "/api/v1/alert-channels", payload: mailChannel });

  expect(made.statusCode).toBe(201);
  expect(made.json()).toMatchObject({ kind: "mail", mail, secret: { kind: "sealed" } });
  expect(made.body).not.toMatch(/mail\.hospital|s3/);
});

test.each([
  ["a mail channel without people", { ...mailChannel, mail: undefined }, 422],
  ["a webhook with people", { ...channel, mail }, 422],
  ["a mail channel that is called over HTTP", { ...mailChannel, url: "http://hook/x" }, 422],
  [
    "a recipient with a line of its own",
    { ...mailChannel, mail: { ...mail, to: ["a@h.example\r\nDATA"] } },
    400,
  ],
  ["recipients in one", { ...mailChannel, mail: { ...mail, to: ["a@h.example, b@h.example"] } }, 400],
  ["a sender with a name", { ...mailChannel, mail: { ...mail, from: "G <g@h.example>" } }, 400],
  ["nobody to tell", { ...mailChannel, mail: { ...mail, to: [] } }, 400],
  ["a user with a line of its own", { ...mailChannel, mail: { ...mail, user: "a\nb" } }, 400],
])("%s is refused", async (_what, payload, status) => {
  const { app } = appOver();

  const answer = await app.inject({ method: "POST", url: "/api/v1/alert-channels", payload });

  expect(answer.statusCode).toBe(status);
});

test("a silence has a reason and an end, and can be ended", async () => {
  const { app } = appOver();
  const payload = { rule: "lag_seconds", reason: "moving house", minutes: 30 };

  const made = await app.inject({ method: "POST", url: "/api/v1/silences", payload });
  const without = await app.inject({ method: "POST", url: "/api/v1/silences", payload: { minutes: 5 } });
  const ended = await app.inject({ method: "DELETE", url: "/api/v1/silences/1" });
  const again = await app.inject({ method: "DELETE", url: "/api/v1/silences/1" });

  expect(made.json()).toMatchObject({ rule: "lag_seconds", subject: null, reason: "moving house" });
  expect([without.statusCode, ended.statusCode, again.statusCode]).toEqual([400, 204, 404]);
});
