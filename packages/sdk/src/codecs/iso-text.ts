const DAY_MICROS = 86_400_000_000n;

/**
 * A day as ISO 8601 text from days since 1970-01-01, in the Gregorian calendar for all years, as PostgreSQL
 * counts them. By hand, since `Date` ends at the year 275760. Years before 0 carry a minus sign and years of
 * more than four digits a plus sign, as Debezium's own texts do: year 0 is 1 BC.
 */
export function isoDate(epochDays: number): string {
  const shifted = epochDays + 719_468; // Days since 0000-03-01, so that a leap day ends its year.
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return isoDateOf(year, month, day);
}

/** A day as ISO 8601 text from its parts; the year 0 is 1 BC. */
export function isoDateOf(year: number, month: number, day: number): string {
  return `${isoYear(year)}-${twoDigits(month)}-${twoDigits(day)}`;
}

/**
 * A time of day as ISO 8601 text from microseconds or nanoseconds since midnight; the fraction ends at its last
 * digit that is not zero. `24:00:00` is a legal time in PostgreSQL and stays as it is.
 */
export function isoTime(sinceMidnight: bigint, perSecond: bigint): string {
  const sign = sinceMidnight < 0n ? "-" : "";
  const ticks = sinceMidnight < 0n ? -sinceMidnight : sinceMidnight;
  const seconds = Number(ticks / perSecond);
  const fraction = String(ticks % perSecond)
    .padStart(String(perSecond).length - 1, "0")
    .replace(/0+$/, "");
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
    .map(twoDigits)
    .join(":");
  return `${sign}${clock}${fraction === "" ? "" : `.${fraction}`}`;
}

/** A date and time without a zone as ISO 8601 text, from ticks since 1970-01-01T00:00:00. */
export function isoTimestamp(sinceEpoch: bigint, perSecond: bigint): string {
  const perDay = (DAY_MICROS / 1_000_000n) * perSecond;
  const inDay = ((sinceEpoch % perDay) + perDay) % perDay;
  const days = Number((sinceEpoch - inDay) / perDay);
  return `${isoDate(days)}T${isoTime(inDay, perSecond)}`;
}

function isoYear(year: number): string {
  const digits = String(Math.abs(year)).padStart(4, "0");
  if (year < 0) return `-${digits}`;
  return digits.length > 4 ? `+${digits}` : digits;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
