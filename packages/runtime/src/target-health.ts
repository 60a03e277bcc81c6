/** Answers of a target that decide whether it is up. */
const windowLength = 20;

/** Knows per target whether it has answered lately, so that an outage is not taken for bad records. */
export class TargetHealth {
  readonly #answersByTarget = new Map<string, boolean[]>();

  /** Notes whether the target answered as a working target does. */
  note(target: string, isAnswer: boolean): void {
    const answers = this.#answersByTarget.get(target) ?? [];
    answers.push(isAnswer);
    if (answers.length > windowLength) answers.shift();
    this.#answersByTarget.set(target, answers);
  }

  /** A target is up when at least half of its latest answers were good; an unknown one is taken to be up. */
  isUp(target: string | undefined): boolean {
    if (target === undefined) return true;
    const answers = this.#answersByTarget.get(target);
    if (answers === undefined) return true;
    const good = answers.filter((isAnswer) => isAnswer).length;
    return good * 2 >= answers.length;
  }
}
