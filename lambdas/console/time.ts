/**
 * Formats a time in the dashboard's time zone: `2026-11-22 04:23:03`.
 *
 * @param digits of the second after the point.
 */
export const localTime = (time: string | number, offset: string, digits: 0 | 3 = 0): string => {
  const ms = typeof time === 'number' ? time : Date.parse(time);
  // An external value may not be a time.
  if (Number.isNaN(ms)) return String(time);
  return new Date(ms + offsetMs(offset))
    .toISOString()
    .slice(0, digits === 0 ? 19 : 23)
    .replace('T', ' ');
};

export const zoneName = (offset: string): string => (offsetMs(offset) === 0 ? 'UTC' : `UTC${offset}`);

const offsetMs = (offset: string): number => {
  const [, sign, hours, minutes] = /^([+-])(\d\d):(\d\d)$/.exec(offset) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
};
