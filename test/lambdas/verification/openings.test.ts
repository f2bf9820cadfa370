import { describe, expect, test } from '@jest/globals';
import { parseSettings } from '../../../lambdas/core/source.ts';
import { hmac } from '../../../lambdas/providers/hmac/hmac.ts';
import { type HmacOptions, hmacSettings } from '../../../lambdas/providers/hmac/settings.ts';
import { jwt } from '../../../lambdas/providers/jwt/jwt.ts';
import { jwtSettings } from '../../../lambdas/providers/jwt/settings.ts';
import { standardWebhooks } from '../../../lambdas/providers/standard-webhooks/standard-webhooks.ts';
import { token } from '../../../lambdas/providers/token/token.ts';
import { isPerItem } from '../../../lambdas/verification/openings.ts';
import { github, shopify, slack, stripe } from '../providers/hmac/declarations.ts';

const NO_TIME =
  'no time is signed: a delivery that a person has read can be sent again, also after the event log has forgotten it';
const NO_BODY =
  'the body is not signed as a whole: a person who reads one delivery can send it with another body';
const CUT =
  'the signed text can be cut in another place: its parts can be shifted into one another, and the signature still fits';
const CRC = 'the body is signed by its CRC only, and another body with the same CRC is easily made';
const TOKEN_ALONE =
  'the token does not cover the body: a person who reads one delivery can send another body with its token';
const NOTHING =
  'the sender signs nothing: a delivery shows only that its sender has the secret, and a person who reads one delivery can make others';
const unsigned = (place: string, setting: string) =>
  `${place} (${setting}) is not signed: a person who reads one delivery can send it again with another value there`;

const BASE: HmacOptions = {
  name: 'acme',
  catalogue: { a: 'a.created' },
  header: 'x-signature',
  eventName: 'body:type',
};
const LINES = { bodyForm: 'json-lines', items: 'body', eventName: 'item:type' } as const;
const SIGNED = { timestamp: 'header:x-time', timestampUnit: 'seconds' } as const;

describe('what a declaration leaves open', () => {
  test.each<readonly [string, Partial<HmacOptions>, readonly string[]]>([
    ['the body alone', {}, [NO_TIME]],
    ['the body, with a time in it', { timestamp: 'body:time' }, []],
    ['time and body', { ...SIGNED, signedContent: '{x-time}.{body}' }, []],
    ['time and body, of any unit', { timestamp: 'header:x-time', signedContent: '{x-time}{body}' }, []],
    ['id, time and body', { ...SIGNED, signedContent: '{x-id}.{x-time}.{body}', eventId: 'header:x-id' }, []],
    [
      'an id in a header that is not signed',
      { ...SIGNED, signedContent: '{x-time}.{body}', eventId: 'header:x-id' },
      [unsigned('header:x-id', 'eventId')],
    ],
    [
      'name, id and entity in headers that are not signed',
      {
        eventName: ['header:x-event', 'body:action'],
        eventId: 'header:x-id',
        entityId: ['body:id', 'header:x-e'],
      },
      [
        unsigned('header:x-event', 'eventName'),
        unsigned('header:x-id', 'eventId'),
        unsigned('header:x-e', 'entityId'),
        NO_TIME,
      ],
    ],
    ['a name that is a text', { eventName: 'text:message.received' }, [NO_TIME]],
    [
      'a time and data in a header say nothing of the event',
      { time: 'header:x-at', data: 'body:data' },
      [unsigned('header:x-at', 'time'), NO_TIME],
    ],
    [
      'an entry of a header that is signed in part',
      { signedContent: '{x-list.t}.{body}', eventId: 'header:x-list.id' },
      [unsigned('header:x-list.id', 'eventId'), NO_TIME],
    ],
    ['two values', { ...SIGNED, signedContent: '{x-a}.{x-b}.{x-time}.{body}' }, [CUT]],
    [
      'a value with a time in ISO behind',
      { timestamp: 'header:x-time', timestampUnit: 'iso', signedContent: '{x-a}{x-time}{body}' },
      [],
    ],
    ['lines of JSON', { ...LINES }, [NO_TIME]],
    ['lines of JSON behind a value', { ...LINES, signedContent: '{x-a}.{body}' }, [NO_TIME, CUT]],
    ['lines of JSON behind a time', { ...SIGNED, ...LINES, signedContent: '{x-time}.{body}' }, []],
    ['a form', { bodyForm: 'form' }, [NO_TIME]],
    ['the fields of a form', { bodyForm: 'form', signedContent: '{url}{form:sorted}' }, [NO_TIME, CUT]],
    ['the hash of the body', { signedContent: '{sha256:body}' }, [NO_TIME]],
    ['the CRC of the body', { signedContent: '{x-id}|{crc32:body}' }, [CRC, NO_TIME]],
    ['the hash of the body in a signed URL', { signedContent: '{url}', bodyHash: 'query:h' }, [NO_TIME]],
    ['a hash over the secret', { signedContent: '{secret}{method}{url}{body}' }, [NO_TIME]],
    [
      'method, URL, body and time',
      { ...SIGNED, timestampUnit: 'milliseconds', signedContent: '{method}{url}{body}{x-time}' },
      [],
    ],
    [
      'a URL without a query of its own',
      { signedContent: '{url}{body}', url: 'https://a.example/x' },
      [NO_TIME],
    ],
    [
      'a URL of its own and a value',
      { signedContent: '{url}{x-a}.{body}', url: 'https://a.example/x?a=b' },
      [NO_TIME],
    ],
    ['a URL and a value', { signedContent: '{url}{x-a}.{body}', url: 'https://a.example/x' }, [NO_TIME, CUT]],
    [
      'some fields of the body',
      { ...SIGNED, signedContent: '{x-time}{body:token}', unsignedBody: true, eventId: 'body:id' },
      [NO_BODY],
    ],
    [
      'some fields of each item',
      {
        header: undefined,
        signature: 'item:signature',
        items: 'body:items',
        signedContent: '{item:a}:{item:b}',
        unsignedBody: true,
        eventName: 'item:a',
      },
      [NO_BODY, NO_TIME, CUT],
    ],
  ])('%s', (_, options, sentences) => {
    expect(hmac.openings(parseSettings(hmacSettings, 'acme', { ...BASE, ...options }))).toEqual(sentences);
  });

  test.each([
    [
      'github',
      github,
      [
        unsigned('header:x-github-event', 'eventName'),
        unsigned('header:x-github-delivery', 'eventId'),
        NO_TIME,
      ],
    ],
    [
      'shopify',
      shopify,
      [
        unsigned('header:x-shopify-topic', 'eventName'),
        unsigned('header:x-shopify-webhook-id', 'eventId'),
        unsigned('header:x-shopify-triggered-at', 'time'),
        NO_TIME,
      ],
    ],
    ['stripe', stripe, []],
    ['slack', slack, []],
  ])('by %s, as it is documented', (name, { provider: _, ...options }, sentences) => {
    expect(hmac.openings(parseSettings(hmacSettings, name, options))).toEqual(sentences);
  });

  test('by Standard Webhooks is nothing', () => {
    const settings = parseSettings(standardWebhooks.settings, 'acme', {
      name: 'acme',
      catalogue: { a: 'a.created' },
    });
    expect(standardWebhooks.openings(settings)).toEqual([]);
  });

  test.each([
    [{}, [TOKEN_ALONE]],
    [{ bodyHashClaim: 'h' }, [NO_TIME]],
    [{ bodyHashClaim: 'h', maxAge: 300 }, []],
    [{ bodyHashClaim: 'h', maxAge: 300, eventId: 'header:x-id' }, [unsigned('header:x-id', 'eventId')]],
  ])('by a token: %j', (options, sentences) => {
    const settings = parseSettings(jwtSettings, 'acme', {
      name: 'acme',
      catalogue: { a: 'a.created' },
      token: 'header:x-token',
      algorithms: ['HS256'],
      eventName: 'body:type',
      ...options,
    });
    expect(jwt.openings(settings)).toEqual(sentences);
  });
});

test('by the secret itself is all', () => {
  const settings = parseSettings(token.settings, 'acme', {
    name: 'acme',
    catalogue: { a: 'a.created' },
    token: 'header:x-token',
    eventName: 'body:type',
  });
  expect(token.openings(settings)).toEqual([NOTHING]);
});

test('a proof stands in each item, or in the delivery', () => {
  const at = (place: string) => isPerItem({ proof: { at: [place], prefix: '', encoding: 'hex' } });
  expect(at('item:signature')).toBe(true);
  expect(at('body:signature')).toBe(false);
});
