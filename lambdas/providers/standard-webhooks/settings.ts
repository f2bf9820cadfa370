import * as v from 'valibot';
import { settingsObject } from '../shared/common-settings.ts';
import { eventSettings } from '../shared/event-settings.ts';
import { signingSettings } from '../shared/signing-settings.ts';

const SHOULD_BE_PATH = 'must be a path in the body, such as "data.id"';
const SHOULD_BE_PATHS = `${SHOULD_BE_PATH}, or a list of such paths`;
const SHOULD_BE_PREFIX = 'must be in lower case and end in a hyphen, such as "webhook-"';

const path = v.pipe(v.string(SHOULD_BE_PATH), v.regex(/^[^.]+(\.[^.]+)*$/, SHOULD_BE_PATH));

/**
 * The settings of a source of any sender that follows Standard Webhooks. Its secret is one or several of the sender's keys,
 * separated by white space: `whsec_…`, or `whpk_…` for asymmetric signatures.
 */
export const standardWebhooksSettings = settingsObject({
  ...signingSettings,
  ...eventSettings,

  /** The path of the event's name in the body. Default: `type`. */
  typeField: v.optional(path, 'type'),

  /** The path of the entity's id in the body, or several paths, of which the first with a value wins. Default: none. */
  entityIdField: v.optional(
    v.union([path, v.pipe(v.array(path), v.minLength(1, SHOULD_BE_PATHS))], SHOULD_BE_PATHS),
  ),

  /** The path of the event's time in the body. If it is missing, the time of receipt is used. Default: `timestamp`. */
  timeField: v.optional(path, 'timestamp'),

  /** The path of the payload in the body. If it is missing, the whole body is the payload. Default: `data`. */
  dataField: v.optional(path, 'data'),

  /** The prefix of the three headers; some senders use `svix-`. Default: `webhook-`. */
  headerPrefix: v.optional(
    v.pipe(v.string(SHOULD_BE_PREFIX), v.regex(/^[a-z][a-z0-9-]*-$/, SHOULD_BE_PREFIX)),
    'webhook-',
  ),
});

export type StandardWebhooksOptions = v.InferInput<typeof standardWebhooksSettings>;
export type StandardWebhooksSettings = v.InferOutput<typeof standardWebhooksSettings>;
