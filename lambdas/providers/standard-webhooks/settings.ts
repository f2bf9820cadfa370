import * as v from 'valibot';
import { settingsObject } from '../shared/common-settings.ts';
import { eventSettings } from '../shared/event-settings.ts';
import { signingSettings } from '../shared/standard-webhooks/settings.ts';

const SHOULD_BE_PATH = 'must be a path in the body, such as "data.id"';
const SHOULD_BE_PATHS = `${SHOULD_BE_PATH}, or a list of such paths`;
const SHOULD_BE_PREFIX = 'must be in lower case and end in a hyphen, such as "webhook-"';

const path = v.pipe(v.string(SHOULD_BE_PATH), v.regex(/^[^.]+(\.[^.]+)*$/, SHOULD_BE_PATH));

/**
 * What a source of any sender that follows Standard Webhooks is configured with. Its secret is one or several of what the
 * sender names, separated by white space: `whsec_…`, and `whpk_…` of a sender that signs asymmetrically.
 */
export const standardWebhooksSettings = settingsObject({
  ...signingSettings,
  ...eventSettings,

  /** Where in the body the event's name stands. Default: `type`. */
  typeField: v.optional(path, 'type'),

  /** Where in the body the entity's id stands, or several such places, of which the first that has one counts. Default: nowhere. */
  entityIdField: v.optional(
    v.union([path, v.pipe(v.array(path), v.minLength(1, SHOULD_BE_PATHS))], SHOULD_BE_PATHS),
  ),

  /** Where in the body the event's time stands. Default: `timestamp`; where that is missing, the time of receipt. */
  timeField: v.optional(path, 'timestamp'),

  /** Where in the body the payload stands. Default: `data`; where that is missing, the whole body. */
  dataField: v.optional(path, 'data'),

  /** What the three headers begin with; some senders write `svix-`. Default: `webhook-`. */
  headerPrefix: v.optional(
    v.pipe(v.string(SHOULD_BE_PREFIX), v.regex(/^[a-z][a-z0-9-]*-$/, SHOULD_BE_PREFIX)),
    'webhook-',
  ),
});

/** As it is written down: what has a default may be left out. */
export type StandardWebhooksOptions = v.InferInput<typeof standardWebhooksSettings>;

export type StandardWebhooksSettings = v.InferOutput<typeof standardWebhooksSettings>;
