import { tokenMethod } from '../../verification/schemes/token.ts';
import { PLAIN_SECRET } from '../../verification/secret-rules.ts';
import { genericProvider } from '../shared/generic.ts';
import { placesOf } from '../shared/scheme-settings.ts';
import { type TokenOptions, type TokenSettings, tokenSettings } from './settings.ts';

/** Any SaaS that signs nothing, but sends a secret along: in a header, as Basic authentication, or in the URL. */
export const token = genericProvider<TokenSettings, TokenOptions, string>({
  name: 'token',
  settings: tokenSettings,
  secret: PLAIN_SECRET,
  scheme: ({ token: at, tokenForm, prefix = tokenForm === 'basic' ? 'Basic ' : '', bodyForm, items }) => ({
    proof: { at: [at].flat(), prefix, encoding: 'text' },
    content: undefined,
    method: tokenMethod(tokenForm),
    bodyForm,
    items,
  }),
  places: placesOf,
});
