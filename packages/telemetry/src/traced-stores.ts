import { toGluttonyError } from "@gluttony/model";
import type { DeadLetters, Positions } from "@gluttony/runtime";
import { SpanKind } from "@opentelemetry/api";
import type { OpenAttempts } from "./open-attempts.ts";
import { countWords, errorWords, writeWords } from "./span-words.ts";
import type { OpenSpan, Spans } from "./spans.ts";

/** The same positions; moves of marks that fail or take long are spans. */
export function tracedPositions(positions: Positions, spans: Spans): Positions {
  return {
    load: (consumerId, topic) => positions.load(consumerId, topic),
    begin: (consumerId, position) => positions.begin(consumerId, position),
    advance: (consumerId, topic, advances) => {
      const words = () => ({
        ...writeWords("UPDATE", "cdc.position", consumerId),
        ...countWords(advances.length),
      });
      const span = spans.watch("UPDATE cdc.position", { kind: SpanKind.CLIENT, parent: null, words });
      return finished(positions.advance(consumerId, topic, advances), span);
    },
  };
}

/** The same dead letters; each that is set aside is a span beneath the attempt that failed. */
export function tracedDeadLetters(
  letters: DeadLetters,
  { spans, attempts }: { readonly spans: Spans; readonly attempts: OpenAttempts },
): DeadLetters {
  return {
    park: (parked) => {
      const parent = attempts.takeFailed(parked.idempotencyKey);
      const words = () => writeWords("INSERT", "cdc.dead_letter", parked.consumerId);
      const span = spans.begin("INSERT cdc.dead_letter", { kind: SpanKind.CLIENT, parent, words });
      return finished(letters.park(parked), span);
    },
    takeReplays: (consumerId, wanted) => letters.takeReplays(consumerId, wanted),
    finishReplay: (id, failure) => letters.finishReplay(id, failure),
    parkedSubjects: (consumerId, partitions) => letters.parkedSubjects(consumerId, partitions),
  };
}

async function finished<T>(work: Promise<T>, span: OpenSpan): Promise<T> {
  try {
    const done = await work;
    span.end({ isError: false, words: {} });
    return done;
  } catch (error) {
    span.end({ isError: true, words: errorWords(toGluttonyError(error).code) });
    throw error;
  }
}
