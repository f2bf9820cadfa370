import { identifierField, ownField, parseObject, stringField } from '../../core/body-shape.ts';
import type { JsonObject } from '../../core/json.ts';

/** iVvy's own message: the JSON inside the `Message` of an SNS notification. */
export interface InnerMessage {
  /** The transaction. */
  readonly txnId: string | undefined;
  readonly accountId: string;
  /** The event's name. */
  readonly subject: string;
  /** JSON text. */
  readonly body: string;
  /** Epoch seconds: documented as a string, sent as a number. */
  readonly timestamp: string;
  readonly region: string;
  readonly signature: string | undefined;
  readonly keyPath: string | undefined;
}

/**
 * @see https://developer.ivvy.com/notifications
 * @throws {Rejection} `body-not-json` or `body-shape`.
 */
export const parseInnerMessage = (text: string): InnerMessage => {
  const message = parseObject(text, 'Message');
  return {
    txnId: optionalIdentifier(message, 'TxnId'),
    accountId: identifierField(message, 'AccountId'),
    subject: stringField(message, 'Subject'),
    body: stringField(message, 'Body'),
    timestamp: optionalIdentifier(message, 'Timestamp') ?? '',
    region: optionalIdentifier(message, 'Region') ?? '',
    signature: optionalText(message, 'Signature'),
    keyPath: optionalText(message, 'SigningPublicKeyPath'),
  };
};

const isAbsent = (message: JsonObject, field: string): boolean => {
  const value = ownField(message, field);
  return value === undefined || value === null || value === '';
};

const optionalText = (message: JsonObject, field: string): string | undefined =>
  isAbsent(message, field) ? undefined : stringField(message, field);

const optionalIdentifier = (message: JsonObject, field: string): string | undefined =>
  isAbsent(message, field) ? undefined : identifierField(message, field);
