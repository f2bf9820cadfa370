import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto';
import { get } from 'node:https';
import { text } from 'node:stream/consumers';
import MessageValidator from 'sns-validator';
import { floor } from './send.ts';

type Fields = Readonly<Record<string, string>>;

const validator = new MessageValidator();

const checkSns = (message: Fields): Promise<boolean> =>
  new Promise((resolve) => {
    validator.validate({ ...message }, (error) => resolve(error === null));
  });

let key: KeyObject | undefined;

/** iVvy's own signature, inside the one of SNS: gatepost looks at it unless it is told not to. */
const checkInner = async (message: Fields): Promise<boolean> => {
  key ??= createPublicKey(
    await new Promise<string>((resolve, reject) => {
      const url = `https://s3-ap-southeast-2.amazonaws.com/notifications.stageau.ap-southeast-2.ivvy.com${message.SigningPublicKeyPath}`;
      get(url, (response) => text(response).then(resolve, reject)).on('error', reject);
    }),
  );
  const { TxnId, Region, Timestamp, AccountId, Subject, Body = '', Signature = '' } = message;
  const signed = [TxnId, Region, Timestamp, AccountId, Subject, hash('sha1', Body, 'hex')]
    .join(':')
    .toLowerCase();
  return verify('RSA-SHA1', Buffer.from(signed), key, Buffer.from(Signature, 'base64'));
};

export const handler = floor(async (body) => {
  const message = JSON.parse(body.toString()) as Fields;
  return (await checkSns(message)) && (await checkInner(JSON.parse(message.Message ?? '') as Fields));
});
