export { columnText } from "./column-text.ts";
export { judgeAnswer, jsonObject, rejected } from "./judge-answer.ts";
export type { Answer, AnsweringTarget } from "./judge-answer.ts";
