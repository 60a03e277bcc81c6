import type { Release } from "@gluttony/model";
import { parseAsk } from "./asks.ts";
import type { ToldMessage } from "./asks.ts";
import type { CellCollaborators } from "./cell-plan.ts";
import { decodeJson, encodeJsonFrame, frameTypes } from "./frames.ts";
import { HostAsks } from "./host-asks.ts";
import { HostSteps } from "./host-steps.ts";
import { meansFor } from "./means-for.ts";
import { StepFrames } from "./step-frames.ts";
import type { StepPipe } from "./step-frames.ts";

/** Answers the frames by which a cell asks its host for something on behalf of an attempt. */
export class CellRequests {
  readonly #steps: StepFrames;
  readonly #asks: HostAsks;
  readonly #pipe: StepPipe;

  constructor(release: Release, collaborators: CellCollaborators, pipe: StepPipe) {
    const steps = new HostSteps((request) => meansFor(request, collaborators).once, collaborators.log);
    this.#steps = new StepFrames(steps, pipe);
    this.#asks = new HostAsks(release, collaborators);
    this.#pipe = pipe;
  }

  /** Takes a frame if it is a question. Throws FrameError when it cannot be read. */
  take(type: number, payload: Buffer): boolean {
    if (type !== frameTypes.ask) return this.#steps.take(type, payload);
    const { request, attemptId, ...ask } = parseAsk(decodeJson(payload));
    void this.#asks.answer(ask, this.#pipe.inFlight(attemptId)).then((told) => {
      const message: ToldMessage = { request, told };
      this.#pipe.write(encodeJsonFrame(frameTypes.told, message));
    });
    return true;
  }
}
