import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import { type IvvySettings, ivvySettings } from '../../../lambdas/providers/ivvy/settings.ts';
import { ivvyTopic } from '../../../senders/ivvy.ts';
import type { SnsFields } from '../../../senders/sns.ts';
import { RECEIVED_AT } from './deliveries.ts';

/** The settings of a source for the account of the documentation. */
export const ivvySource = (over: Partial<IvvySettings> = {}): IvvySettings => ({
  ...v.parse(ivvySettings, { accountIds: ['14'] }),
  ...over,
});

/** When SNS signed what is received at {@link RECEIVED_AT}. */
export const SIGNED_AT = new Date(RECEIVED_AT.getTime() - 15_000);

/** A SNS message with a certificate that nobody has fetched yet. */
export const withNewCertificate = (fields: SnsFields): SnsFields => ({
  ...fields,
  SigningCertURL: `https://sns.ap-southeast-2.amazonaws.com/SimpleNotificationService-${randomBytes(16).toString('hex')}.pem`,
});

/** The topic of the companies of account 14. */
export const TOPIC = ivvyTopic();
