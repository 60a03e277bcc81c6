import { Readable } from "node:stream";
import { GluttonyError, toGluttonyError } from "@gluttony/model";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Principal } from "../access/principal.ts";
import type { AnswerScrubber } from "../secret-ports.ts";
import { heartbeat, sseFrame } from "./sse-frame.ts";

/** Streams of one API, and of one caller. */
export const streamsMax = { all: 64, perCaller: 8 };
/** Milliseconds without a message after which a heartbeat is sent. */
const heartbeatMs = 15_000;
/** Milliseconds between questions whether the caller may still be told. */
const recogniseMs = 5_000;

/** What a stream is told with. */
export interface StreamContext {
  /** Who asks, as they are known now: roles and sessions end while a stream lives. */
  principal(): Principal;
  /** Ends with the client, the session, or the API. */
  readonly signal: AbortSignal;
  /** Monotonic milliseconds. */
  nowMs(): number;
}

/** One round of a stream: frames to send, perhaps none. Called again at once; it waits by itself when there is nothing. */
export type StreamRound = (context: StreamContext) => Promise<readonly string[]>;

/** Streams of events over HTTP: counted, kept alive, without secrets, and ended with the session of who asked. */
export class Streams {
  readonly #open = new Map<AbortController, string>();
  readonly #scrub: (frame: string) => string;

  constructor(app: FastifyInstance, scrubber?: AnswerScrubber) {
    this.#scrub = (frame) => scrubber?.scrubAnswer(frame) ?? frame;
    // Before connections are waited for: a stream would never end by itself.
    app.addHook("preClose", async () => {
      for (const stream of this.#open.keys()) stream.abort();
    });
  }

  /** Answers with a stream. Throws `request.too_many`. */
  async answer(
    request: FastifyRequest,
    reply: FastifyReply,
    begin: (context: StreamContext) => Promise<StreamRound>,
  ): Promise<FastifyReply> {
    const over = this.#admit(request);
    const end = (): void => {
      over.abort();
      this.#open.delete(over);
    };
    reply.raw.once("close", end);
    let { principal } = request;
    const context: StreamContext = {
      principal: () => {
        if (principal === null) throw new GluttonyError("request.unauthorized");
        return principal;
      },
      signal: over.signal,
      nowMs: () => performance.now(),
    };
    const again = async (): Promise<void> => {
      principal = await request.recogniseAgain();
    };
    try {
      const begun = await begin(context);
      const round: StreamRound = async (now) => (await begun(now)).map(this.#scrub);
      reply.type("text/event-stream; charset=utf-8").header("X-Accel-Buffering", "no");
      return reply.send(
        Readable.from(framesOf(round, context, again), { objectMode: false, highWaterMark: 16_384 }),
      );
    } catch (error) {
      end();
      throw error;
    }
  }

  #admit({ actor }: FastifyRequest): AbortController {
    const own = [...this.#open.values()].filter((one) => one === actor).length;
    if (this.#open.size >= streamsMax.all || own >= streamsMax.perCaller)
      throw new GluttonyError("request.too_many", { streams: this.#open.size, own });
    const over = new AbortController();
    this.#open.set(over, actor);
    return over;
  }
}

async function* framesOf(
  round: StreamRound,
  context: StreamContext,
  again: () => Promise<void>,
): AsyncGenerator<string> {
  const { signal, nowMs } = context;
  let toldAt = nowMs();
  let knownAt = toldAt;
  while (!signal.aborted) {
    if (nowMs() - knownAt >= recogniseMs) {
      const ended = await refusalOf(again);
      if (ended !== null) {
        yield sseFrame({ event: "end", data: { code: ended } });
        return;
      }
      knownAt = nowMs();
    }
    const { frames, isOver } = await roundOf(round, context);
    for (const frame of frames) yield frame;
    if (isOver) return;
    if (frames.length > 0) toldAt = nowMs();
    else if (nowMs() - toldAt >= heartbeatMs) {
      toldAt = nowMs();
      yield heartbeat;
    }
  }
}

/** A round that fails ends the stream with its code; the client comes back and goes on where it was. */
async function roundOf(
  round: StreamRound,
  context: StreamContext,
): Promise<{ frames: readonly string[]; isOver: boolean }> {
  try {
    return { frames: await round(context), isOver: false };
  } catch (error) {
    const frame = sseFrame({ event: "end", data: { code: toGluttonyError(error).code } });
    return { frames: [frame], isOver: true };
  }
}

/** The code of why the caller is not known any more; a database that is away ends no session. */
async function refusalOf(again: () => Promise<void>): Promise<string | null> {
  try {
    await again();
    return null;
  } catch (error) {
    const { code } = toGluttonyError(error);
    return code.startsWith("database.") ? null : code;
  }
}
