import { parseKeepingDigits } from './json.ts';
import type { Sample, Sender, SignedRequest } from './sender.ts';

/** What of an Avaza delivery may differ from the documented one. */
export interface AvazaOptions {
  /** Fields of the item that are to be others. `undefined` leaves a field out. */
  readonly item?: Readonly<Record<string, unknown>>;
}

/**
 * Plays Avaza: the secret in base64 in `authorization`, nothing signed, and the event's name in the URL only. A sample's
 * payload is the item of the array, of which `DateUpdated` is replaced by the time of now.
 *
 * @see https://www.avaza.com/avaza-api-webhook-notifications/
 */
export const avaza = {
  provider: 'avaza',
  defaultEvent: 'timesheet_created',
  handshakes: [],
  signsWith: 'secret',
  sign: ({ event, payload = '{}' }: Sample, secret: string, options: AvazaOptions = {}): SignedRequest => {
    const sent = parseKeepingDigits(payload) as Readonly<Record<string, unknown>>;
    const item = { ...sent, DateUpdated: nextTick(), ...options.item };
    return {
      id: String(item.DateUpdated),
      path: `/${event}`,
      headers: {
        'content-type': 'application/json',
        authorization: `Basic ${Buffer.from(secret).toString('base64')}`,
      },
      body: Buffer.from(JSON.stringify([item])),
      tamperWith: 'authorization',
    };
  },
} as const satisfies Sender;

/** The time of now to the ten-millionth second, as .NET writes it; the last four digits only set it apart from the one before. */
const nextTick = (): string => {
  ticks = (ticks + 1) % 10_000;
  return new Date().toISOString().replace('Z', `${String(ticks).padStart(4, '0')}Z`);
};

let ticks = 0;
