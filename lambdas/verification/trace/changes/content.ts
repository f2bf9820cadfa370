import type { WebhookRequest } from '../../../core/request.ts';
import type { Method, Scheme } from '../../scheme.ts';
import { hashMethod, hmacMethod } from '../../schemes/hmac.ts';
import { type LocatedText, timePlaces } from '../candidates.ts';
import type { Change } from '../change.ts';
import { hashTemplatesOf, templatesOf } from '../templates.ts';

/** Other texts that the sender may sign. None for a sender that signs nothing. */
export const contentChanges = (
  scheme: Scheme,
  request: WebhookRequest,
  texts: readonly LocatedText[],
): readonly Change[] => {
  const { content, bodyForm = 'json', signedBytes = 'as-sent', method } = scheme;
  if (content === undefined) return [];
  const times = timePlaces(texts).slice(0, 4);
  const ids = texts
    .filter(({ at }) => /^header:.*-id$/.test(at))
    .map(({ at }) => at)
    .slice(0, 4);
  const isForm = bodyForm.startsWith('form');
  return [
    bytesChange(signedBytes),
    ...templatesOf({ times, ids, isForm })
      .filter((template) => template !== content)
      .map((template) => templateChange(template)),
    ...hashChanges(method, content, times),
    ...(request.body.length === 0 ? [] : [templateChange('{url}', 'content-url-only')]),
  ];
};

const bytesChange = (current: string): Change => {
  const other = current === 'as-sent' ? 'decoded' : 'as-sent';
  return {
    code: `signed-bytes-${other}`,
    subject: 'content',
    says:
      other === 'decoded'
        ? 'It fits the body before it was compressed and got its byte order mark.'
        : 'It fits the bytes of the body as they came, compressed or with a byte order mark.',
    set: { signedBytes: other },
    apply: (attempt) => ({ ...attempt, scheme: { ...attempt.scheme, signedBytes: other } }),
  };
};

const templateChange = (template: string, code?: string): Change => ({
  code: code ?? (template === 'raw' ? 'content-raw-body' : 'content-another-template'),
  subject: 'content',
  says:
    template === 'raw'
      ? 'It fits the raw body, not the template of signedContent.'
      : `It fits the template ${JSON.stringify(template)}: the sender signs another text than is declared.`,
  set: { signedContent: template },
  apply: (attempt) => ({ ...attempt, scheme: { ...attempt.scheme, content: template } }),
});

/** A hash over secret and content in place of an HMAC, or the other way round. */
const hashChanges = ({ form }: Method, content: string, times: readonly string[]): readonly Change[] => {
  if (form.kind !== 'hmac' && form.kind !== 'hash') return [];
  const { algorithm, secretEncoding, kind } = form;
  const other = (kind === 'hmac' ? hashMethod : hmacMethod)(algorithm, secretEncoding);
  const templates =
    kind === 'hmac'
      ? hashTemplatesOf({ times })
      : [content.replaceAll('{secret}', '')].filter((one) => one !== '');
  return templates.map((template) => ({
    code: kind === 'hmac' ? 'content-hash-with-secret' : 'content-hmac',
    subject: 'content',
    says:
      kind === 'hmac'
        ? `It fits a hash over the secret and the content, ${JSON.stringify(template)}, not an HMAC.`
        : 'It fits an HMAC, not a hash over the secret and the content.',
    set: { signedContent: template },
    apply: (attempt) => ({
      ...attempt,
      scheme: { ...attempt.scheme, content: template, method: other },
    }),
  }));
};
