// Bugs that the checks must catch, each as a change of one line of the product. A change whose line is gone, or is
// there twice, fails: so none of them can rot. The numbers are those of the list of bugs every suite must know.

const runtime = "packages/runtime/src";

/** Caught by the simulation: the first seed that fails with the bug and not without it. */
export const simulatedBugs = [
  {
    number: 1,
    name: "commit-on-receive",
    title: "a record counts as done when it is received",
    file: `${runtime}/consume.ts`,
    find: "this.#admitted(this.#open(record, partition));",
    replace:
      'this.#admitted(this.#open(record, partition)); partition.tracker.finish(record.offset, { kind: "done" });',
  },
  {
    number: 2,
    name: "commit-maximum",
    title: "the highest offset read is committed instead of the mark",
    file: `${runtime}/remember.ts`,
    find: "marks.set(partition, { partition: partition.number, offset: advance.to });",
    replace: "marks.set(partition, { partition: partition.number, offset: partition.tracker.next });",
  },
  {
    number: 3,
    name: "commit-in-flight-on-revoke",
    title: "what is in flight when the group moves is committed as done",
    file: `${runtime}/consume.ts`,
    find: "    patience.abort();",
    replace: `    patience.abort();
    for (const partition of this.assignment.partitions)
      for (const offset of partition.open.keys()) partition.tracker.finish(offset, { kind: "done" });`,
  },
  {
    number: 4,
    name: "ignore-lost-ownership",
    title: "a refused save, by which another owner is seen, is taken for a good one",
    file: `${runtime}/remember.ts`,
    find: "if (!moved.has(partition.number)) {",
    replace: "if (!moved.has(partition.number) && partition.number < 0) {",
  },
  {
    number: 5,
    name: "no-fence",
    title: "older versions follow newer ones although the fence is on",
    file: `${runtime}/record/version-position.ts`,
    find: "if (position === null || kind === undefined) return null;",
    replace: "if (position === null || kind === undefined || kind > 0) return null;",
  },
  {
    number: 6,
    name: "fence-by-time",
    title: "the fence compares times of the source instead of its positions",
    file: `${runtime}/record/version-position.ts`,
    find: "position.parts.forEach((part, index) => bytes.writeBigUInt64BE(BigInt.asUintN(64, part), 1 + index * 8));",
    replace: "bytes.writeBigUInt64BE(BigInt(committedAtMs ?? 0), 1);",
  },
  {
    number: 7,
    name: "new-idempotency-key",
    title: "every attempt has an idempotency key of its own",
    file: `${runtime}/record/attempt.ts`,
    find: "idempotencyKey: open.idempotencyKey,",
    replace: "idempotencyKey: `${open.idempotencyKey}-${open.attempts}`,",
  },
  {
    number: 8,
    name: "same-key-in-parallel",
    title: "records of one key run at the same time",
    file: `${runtime}/consume.ts`,
    find: "this.#lanes.push(admission.key, open, waitMs)",
    replace: "this.#lanes.push(`${admission.key}#${open.record.offset}`, open, waitMs)",
  },
  {
    number: 9,
    name: "drop-on-5xx",
    title: "a record whose target answers 5xx is dropped",
    file: `${runtime}/consume.ts`,
    find: '      case "retry":',
    replace: `      case "retry":
        if (failure.code === "sim.unavailable") {
          await this.#end(open, { kind: "done" });
          return { kind: "ended" };
        }`,
  },
  {
    number: 10,
    name: "park-while-breaker-open",
    title: "records are set aside while their target is down",
    file: `${runtime}/record/judge.ts`,
    find: 'return { do: "hold", target: failure.target };',
    replace: "return parkOrBlock(failure, trial);",
  },
  {
    number: 11,
    name: "refusal-taken-for-success",
    title: "an answer 200 whose body says that it failed counts as done",
    file: "packages/sdk/src/targets/judge-answer.ts",
    find: 'return code === 0 || code === 200 || code === "0" || code === "200" ? null : rejected(code, target);',
    replace: "return null;",
  },
  {
    number: 12,
    name: "mark-before-letter",
    title: "the mark passes a dead letter that is not durable yet",
    file: `${runtime}/record/settle.ts`,
    find: "await stores.deadLetters.park({",
    replace: "void stores.deadLetters.park({",
  },
  {
    number: 13,
    name: "forget-attempts",
    title: "attempts and the time of the next one are forgotten by a restart",
    file: `${runtime}/waiting-records.ts`,
    find: "if (remembered === undefined) return 0;",
    replace: "if (remembered === undefined || remembered.attempts > 0) return 0;",
  },
  {
    number: 14,
    name: "forget-switched-off",
    title: "a host that starts runs what is switched off",
    file: `${runtime}/reconcile.ts`,
    find: 'if (row.isValid) actions.push({ do: "start", row });',
    replace: 'actions.push({ do: "start", row });',
  },
  {
    number: 15,
    name: "restart-without-pause",
    title: "a consumer that cannot run is started again without a pause",
    file: `${runtime}/supervised-consumer.ts`,
    find: "await this.#with.clock.sleep(waitMs, this.#poked.signal);",
    replace: "await this.#with.clock.sleep(1, this.#poked.signal);",
  },
  {
    number: 16,
    name: "leak-listener",
    title: "every run of a consumer leaves a listener behind",
    file: `${runtime}/consume.ts`,
    find: "      unsubscribe();\n",
    replace: "",
  },
];

/** Beyond the delivery core: caught by a test that is named here. */
export const testedBugs = [
  {
    number: 17,
    name: "log-payload",
    title: "the message of a handler's error, which may hold a row, is told",
    file: "packages/core/src/cell/failure-of.ts",
    find: "const what = `The handler threw ${classOf(thrown)}`;",
    replace: "const what = `The handler threw ${String(thrown)}`;",
    test: "packages/core/test/cell/failure-of.test.ts",
    testTitle: "the message of an unclassified error is not told",
  },
  {
    number: 18,
    name: "mask-by-name-only",
    title: "a secret inside of a URL is shown, because its option is not named like one",
    file: "packages/connect/src/mask.ts",
    find: "return [name, maskOption(value)];",
    replace: "return [name, value];",
    test: "packages/connect/test/mask.test.ts",
    testTitle: "hides the user part of a URL",
  },
  {
    number: 19,
    name: "accept-proto",
    title: "a row's column `__proto__` becomes a prototype",
    file: "packages/sdk/src/codecs/json-value.ts",
    find: 'if (name === "__proto__") {',
    replace: 'if (name === "") {',
    test: "packages/sdk/test/codecs/lossless-json.test.ts",
    testTitle: "`__proto__` is a name like any other",
  },
  {
    number: 20,
    name: "follow-redirect",
    title: "a redirect is followed wherever it leads",
    file: "packages/egress/src/call.ts",
    find: "    this.#resolve(exchanged);",
    replace: `    const { answer } = exchanged;
    const location = answer?.status >= 300 && answer?.status < 400 ? answer.headers.location : undefined;
    if (location === undefined) return this.#resolve(exchanged);
    fetch(location, { signal: AbortSignal.timeout(500) }).then(
      ({ status }) => this.#resolve({ answer: { ...answer, status } }),
      () => this.#resolve({ answer: { ...answer, status: 502 } }),
    );`,
    test: "test/protocol/egress.test.ts",
    testTitle: "a redirect is answered and not followed",
  },
];

export const plantedBugs = [...simulatedBugs, ...testedBugs];
