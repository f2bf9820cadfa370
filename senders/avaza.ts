import { parseKeepingDigits } from './json.ts';
import type { Sample, Sender, SignedRequest } from './sender.ts';

/** Deviations from a documented delivery. */
export interface AvazaOptions {
  /** Fields of the item to replace. `undefined` removes a field. */
  readonly item?: Readonly<Record<string, unknown>>;
}

/**
 * Plays Avaza: the secret in base64 in `authorization`, no signature, and the event's name in the URL only. A sample's
 * payload is the item of the array; its `DateUpdated` is replaced.
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

/** The current time with seven decimals, as .NET writes it. The last four are a counter, which makes each time unique. */
const nextTick = (): string => {
  ticks = (ticks + 1) % 10_000;
  return new Date().toISOString().replace('Z', `${String(ticks).padStart(4, '0')}Z`);
};

let ticks = 0;
