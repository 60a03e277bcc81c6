import type { AlertLanguage } from "../alerting-ports.ts";
import { headlineOf, textOf, type ToldAlert } from "./alert-message.ts";

/** Characters of a subject at most. */
const subjectLengthMax = 200;

/** What a mail says of an alert. */
export interface AlertMail {
  readonly subject: string;
  readonly text: string;
  /** The same whenever it is sent again. */
  readonly id: string;
}

/** The mail that tells an alert. A consumer may be called anything; what could end the subject's line is left out of it. Pure. */
export function alertMail(alert: ToldAlert, language: AlertLanguage): AlertMail {
  const subject = headlineOf(alert, language).replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ");
  return {
    subject: subject.length > subjectLengthMax ? `${subject.slice(0, subjectLengthMax - 1)}…` : subject,
    text: textOf(alert, language),
    id: `${alert.alertId}-${alert.turn}`,
  };
}
