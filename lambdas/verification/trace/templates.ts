import { kindOf } from '../place.ts';

/** The places that a template may be made from. */
export interface TemplatePlaces {
  readonly times: readonly string[];
  readonly ids: readonly string[];
  readonly isForm: boolean;
}

/** A placeholder as the setting `signedContent` has it. */
export const placeholder = (place: string): string =>
  `{${kindOf(place) === 'header' ? place.slice('header:'.length) : place}}`;

/** What senders sign, from the usual to the rare, as values of `signedContent`. */
export const templatesOf = ({ times, ids, isForm }: TemplatePlaces): readonly string[] => {
  const withTime = times
    .map(placeholder)
    .flatMap((t) => [
      `${t}.{body}`,
      `${t}:{body}`,
      `${t}{body}`,
      `v0:${t}:{body}`,
      `v1:${t}:{body}`,
      `{body}${t}`,
      `{body}.${t}`,
      `{method}{url}{body}${t}`,
      `${t}{method}{url}{body}`,
      `${t}.{url}.{body}`,
      `{url}${t}{body}`,
      `${t}\n{body}`,
    ]);
  const withId = times
    .map(placeholder)
    .flatMap((t) =>
      ids
        .map(placeholder)
        .flatMap((id) => [
          `${id}.${t}.{body}`,
          `${t}.${id}.{body}`,
          `${id}${t}{body}`,
          `${t}${id}{body}`,
          `${id}|${t}|{body}`,
        ]),
    );
  return [
    'raw',
    ...withTime,
    '{url}{body}',
    '{body}{url}',
    ...(isForm ? ['{url}{form:sorted}', '{url}{form}'] : []),
    '{method}{url}{body}',
    ...withId,
    ...ids.map(placeholder).flatMap((id) => [`${id}.{body}`, `${id}{body}`]),
  ];
};

/** What senders hash together with the secret. */
export const hashTemplatesOf = ({ times }: Pick<TemplatePlaces, 'times'>): readonly string[] => [
  '{secret}{body}',
  '{body}{secret}',
  '{secret}{method}{url}{body}',
  ...times
    .map(placeholder)
    .flatMap((t) => [`{secret}${t}{body}`, `${t}{body}{secret}`, `${t}.{body}.{secret}`]),
];
