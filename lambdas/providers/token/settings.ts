import * as v from 'valibot';
import { TOKEN_FORMS } from '../../verification/schemes/token.ts';
import { secretSettings } from '../shared/common-settings.ts';
import { handshakeFaults, placeFaults, placeSettings } from '../shared/place-settings.ts';
import { settingsWith } from '../shared/settings-with.ts';
import { deliveryProofPlaces } from '../shared/signed-settings.ts';

/** The settings of a source of any SaaS that signs nothing, but sends a secret along. */
export const tokenSettings = settingsWith(
  {
    ...placeSettings,
    ...secretSettings,

    /** The place of the secret: `header:x-gitlab-token`, `header:authorization`, `query:key`. */
    token: deliveryProofPlaces,

    /** The text before the secret: `Bearer `. Default: none; `Basic ` if `tokenForm` is `basic`. */
    prefix: v.optional(v.string('must be the text before the secret, such as "Bearer "')),

    /** `plain`, the secret itself; `basic`, the secret in base64, as `user:password` of Basic authentication. Default: `plain`. */
    tokenForm: v.optional(v.picklist(TOKEN_FORMS, 'must be "plain" or "basic"'), 'plain'),
  },
  (settings) => [...placeFaults(settings), ...handshakeFaults(settings, true)],
);

export type TokenOptions = v.InferInput<typeof tokenSettings>;
export type TokenSettings = v.InferOutput<typeof tokenSettings>;
