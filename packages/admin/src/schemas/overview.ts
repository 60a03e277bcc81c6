import { type TSchema, Type } from "@sinclair/typebox";
import { stageStates } from "../overview/stage.ts";
import { pagingQuery } from "./queries.ts";

/** Parameters of the overview: consumers whose worst part is in this state. */
export const overviewQuerySchema: TSchema = Type.Object(
  { ...pagingQuery, state: Type.Optional(Type.Union(stageStates.map((state) => Type.Literal(state)))) },
  { additionalProperties: false },
);
