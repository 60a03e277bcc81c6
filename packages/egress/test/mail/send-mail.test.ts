import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import type { AddressInfo } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { parseMailServer } from "../../src/mail/mail-server.ts";
import { isMailAddress } from "../../src/mail/mail-words.ts";
import { type Mail, type MailThrough, sendMail } from "../../src/mail/send-mail.ts";
import { startMailReceiver, textIn } from "../support/mail-receiver.ts";

const mail: Mail = {
  from: "gluttony@hospital.example",
  to: ["duty@hospital.example", "boss@hospital.example"],
  subject: "gluttony 告警: a consumer has failed",
  text: "Since: now\nWhat to do: 查看。",
  id: "7-firing",
};

/** An address of this machine that is not its loopback; undefined where it has none. */
const outward = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ family, internal }) => family === "IPv4" && !internal)?.address;

/** A certificate for `localhost` and the outward address that signed itself. */
let key: string;
let cert: string;

beforeAll(() => {
  const folder = mkdtempSync(join(tmpdir(), "gluttony-mail-"));
  const [keyPath, certPath] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  const wish = [
    "req",
    "-x509",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:prime256v1",
    "-nodes",
    "-days",
    "2",
  ];
  const names = [
    "-subj",
    "/CN=localhost",
    "-addext",
    `subjectAltName=DNS:localhost${outward === undefined ? "" : `,IP:${outward}`}`,
  ];
  execFileSync("openssl", [...wish, ...names, "-keyout", keyPath, "-out", certPath], { stdio: "ignore" });
  key = readFileSync(keyPath, "utf8");
  cert = readFileSync(certPath, "utf8");
  rmSync(folder, { recursive: true });
});

function through(port: number, over: Partial<MailThrough> = {}): MailThrough {
  return { url: `smtp://127.0.0.1:${port}`, login: null, allowsClearText: false, timeoutMs: 5_000, ...over };
}

test("a message reaches everybody on the list, in its own letters", async () => {
  await using receiver = await startMailReceiver();

  const sent = await sendMail(mail, through(receiver.port));

  expect(sent).toEqual({ accepted: 2, refused: 0 });
  const [taken] = receiver.taken;
  expect(taken).toMatchObject({ from: mail.from, to: mail.to, user: null });
  expect(textIn(taken?.source ?? "")).toContain("What to do: 查看。");
  expect(taken?.source).toContain("Message-ID: <7-firing@gluttony>");
  expect(taken?.source).toContain("Auto-Submitted: auto-generated");
  expect(taken?.source).toMatch(/^Subject: .*=\?UTF-8\?/m);
});

test("it logs in, and a login that is refused is told without what the server said", async () => {
  await using receiver = await startMailReceiver();
  const login = { user: "duty", password: "letmein-canary-3391" };

  const well = await sendMail(mail, through(receiver.port, { login }));
  const refused = await sendMail(
    mail,
    through(receiver.port, { login: { ...login, password: "wrong-canary" } }),
  );

  expect(well).toEqual({ accepted: 2, refused: 0 });
  expect(receiver.taken).toMatchObject([{ user: "duty" }]);
  expect(refused).toEqual({ fault: "login_refused", status: 535 });
});

test("TLS from the first byte demands a certificate that is trusted", async () => {
  await using receiver = await startMailReceiver({ secure: true, key, cert });
  const url = `smtps://localhost:${receiver.port}`;

  const trusted = await sendMail(mail, through(receiver.port, { url, ca: cert }));
  const unknown = await sendMail(mail, through(receiver.port, { url }));
  const otherName = await sendMail(
    mail,
    through(receiver.port, { url: `smtps://127.0.0.1:${receiver.port}`, ca: cert }),
  );

  expect(trusted).toEqual({ accepted: 2, refused: 0 });
  expect(receiver.taken).toMatchObject([{ isSecure: true }]);
  expect(unknown).toMatchObject({ fault: "no_tls" });
  expect(otherName).toMatchObject({ fault: "no_tls" });
});

describe.skipIf(outward === undefined)("a server that is not this machine", () => {
  const host = outward ?? "";

  test("is told nothing in clear unless that is allowed", async () => {
    await using receiver = await startMailReceiver({}, host);
    const clear = through(receiver.port, { url: `smtp://${host}:${receiver.port}` });

    const refused = await sendMail(mail, clear);
    const allowed = await sendMail(mail, { ...clear, allowsClearText: true });

    expect(refused).toMatchObject({ fault: "no_tls" });
    expect(allowed).toEqual({ accepted: 2, refused: 0 });
    expect(receiver.taken).toHaveLength(1);
  });

  test("is told after STARTTLS, when its certificate is trusted", async () => {
    await using receiver = await startMailReceiver({ disabledCommands: [], key, cert }, host);
    const wish = through(receiver.port, { url: `smtp://${host}:${receiver.port}` });

    const trusted = await sendMail(mail, { ...wish, ca: cert });
    const unknown = await sendMail(mail, wish);

    expect(trusted).toEqual({ accepted: 2, refused: 0 });
    expect(receiver.taken).toMatchObject([{ isSecure: true }]);
    expect(unknown).toMatchObject({ fault: "no_tls" });
  });
});

test("recipients who are refused are counted, and a message for nobody else is refused", async () => {
  await using receiver = await startMailReceiver();

  const some = await sendMail(
    { ...mail, to: ["duty@h.example", "nobody@h.example"] },
    through(receiver.port),
  );
  const none = await sendMail({ ...mail, to: ["nobody@h.example"] }, through(receiver.port));

  expect(some).toEqual({ accepted: 1, refused: 1 });
  expect(none).toEqual({ fault: "refused", status: 550 });
});

test.each([
  ["a subject", { subject: "a\r\nBcc: all@x.example" }],
  ["a subject by one sign", { subject: "a\nb" }],
  ["a sender", { from: "a@h.example\r\nRCPT TO:<b@h.example>" }],
  ["a recipient", { to: ["a@h.example>\r\nDATA"] }],
  ["a list inside of one", { to: ["a@h.example, b@h.example"] }],
  ["no recipient", { to: [] }],
  ["an id", { id: "x>\r\nBcc: y" }],
])("%s that would say more than it is, is not sent", async (_what, over) => {
  await using receiver = await startMailReceiver();

  expect(await sendMail({ ...mail, ...over }, through(receiver.port))).toEqual({
    fault: "unreadable",
    status: null,
  });
  expect(receiver.taken).toEqual([]);
});

test("the text cannot end the message", async () => {
  await using receiver = await startMailReceiver();
  const text = "one\r\n.\r\nMAIL FROM:<x@x.example>\r\n.\r\ntwo";

  await sendMail({ ...mail, text }, through(receiver.port));

  expect(receiver.taken).toHaveLength(1);
  expect(textIn(receiver.taken[0]?.source ?? "")).toContain("two");
});

test("a server that never answers is left in time", async () => {
  const held: Server = createServer(() => undefined);
  await new Promise<void>((resolve) => held.listen(0, "127.0.0.1", resolve));
  const { port } = held.address() as AddressInfo;
  const startedMs = performance.now();

  const sent = await sendMail(mail, through(port, { timeoutMs: 300 }));

  expect(sent).toMatchObject({ fault: "timeout" });
  expect(performance.now() - startedMs).toBeLessThan(10_000);
  await new Promise((resolve) => held.close(resolve));
});

test("nobody at the port is unreachable, and a reserved address is never called", async () => {
  const closed = await startMailReceiver();
  await closed[Symbol.asyncDispose]();

  expect(await sendMail(mail, through(closed.port))).toEqual({ fault: "unreachable", status: null });
  expect(await sendMail(mail, through(25, { url: "smtp://169.254.169.254:25" }))).toMatchObject({
    fault: "address_refused",
  });
});

test.each([
  ["smtp://mail.example", { host: "mail.example", port: 587, isTlsFirst: false }],
  ["smtps://mail.example", { host: "mail.example", port: 465, isTlsFirst: true }],
  ["smtp://[::1]:2525", { host: "::1", port: 2525, isTlsFirst: false }],
  ["smtp://user:password@mail.example", null],
  ["smtp://mail.example/path", null],
  ["smtp://mail.example?x=1", null],
  ["http://mail.example", null],
  ["mail.example:25", null],
])("%s is the server %j", (written, server) => {
  expect(parseMailServer(written)).toEqual(server);
});

test.each([
  ["duty@hospital.example", true],
  ["first.last+tag@a-b.example", true],
  ["a..b@hospital.example", false],
  ["@hospital.example", false],
  ["duty@", false],
  ['"duty nurse"@hospital.example', false],
  ["Duty <duty@hospital.example>", false],
  [`${"x".repeat(250)}@h.example`, false],
])("%s is a plain address: %s", (text, isOne) => {
  expect(isMailAddress(text)).toBe(isOne);
});
