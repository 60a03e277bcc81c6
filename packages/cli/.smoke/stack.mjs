import * as S from "./local-stack/index.js";
const t0 = performance.now();
const t = (m) => console.log(Math.round(performance.now() - t0), m);
const st = await S.startLocalStack({
  dataDir: process.argv[2],
  parts: ["postgres", "broker", "connect"],
  onStep: (s) => t(JSON.stringify(s)),
});
t(`pids ${st.postgres.pid} ${st.broker.pid} ${st.connect.pid}`);
if (process.argv[3] === "die") {
  process.kill(process.pid, "SIGKILL");
}
const api = async (m, p, b) => {
  const r = await fetch(st.connect.url + p, {
    method: m,
    headers: { "content-type": "application/json" },
    body: b && JSON.stringify(b),
  });
  return [r.status, await r.text()];
};
if (process.argv[3] === "live") {
  await st.postgres.createDatabase("his_demo");
  await st.postgres.execute(
    "his_demo",
    "create table if not exists x(a int primary key); insert into x values (1) on conflict do nothing",
  );
  t(
    JSON.stringify(
      await api("PUT", "/connectors/his/config", {
        "connector.class": "io.debezium.connector.postgresql.PostgresConnector",
        "database.hostname": "127.0.0.1",
        "database.port": String(st.postgres.port),
        "database.user": "postgres",
        "database.password": "x",
        "database.dbname": "his_demo",
        "topic.prefix": "his",
        "plugin.name": "pgoutput",
        "topic.creation.default.replication.factor": "1",
        "topic.creation.default.partitions": "1",
      }),
    ),
  );
  for (;;) {
    const [c, b] = await api("GET", "/connectors/his/status");
    if (b.includes('"tasks":[{"id":0,"state":"RUNNING"')) break;
    await new Promise((r) => setTimeout(r, 100));
  }
  t("running");
  await st.connect.kill();
  t("connect killed");
  await st.connect.restart();
  t("connect restarted");
  t((await api("GET", "/connectors/his/status"))[1]);
}
await st.stop();
t("stopped");
