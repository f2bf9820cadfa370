import { Rejection } from '../../core/rejection.ts';
import type { SnsAddressee } from '../shared/sns/envelope.ts';
import type { IvvySettings } from './settings.ts';

/** Takes messages of iVvy's topics for the accounts of a source. */
export const ivvyAddressee = (settings: IvvySettings): SnsAddressee => ({
  maxAge: settings.maxAge,
  checkTopic: (arn, { region, owner, name }) => {
    if (settings.topicArns !== undefined) {
      if (!settings.topicArns.includes(arn))
        throw new Rejection('topic-not-allowed', 'the topic is not in topicArns');
      return region;
    }
    if (!settings.regions.includes(region))
      throw new Rejection('region-not-allowed', 'the topic is in another region');
    if (owner !== settings.topicOwner)
      throw new Rejection('topic-not-allowed', 'the topic has another owner');
    // The documentation has `iVvy_Account_14_…` and `iVvy_Account5_…`.
    const account = /^iVvy_Account_?(\d+)_[0-9a-f]+_Notif[A-Za-z]+$/.exec(name)?.[1];
    if (account === undefined)
      throw new Rejection('topic-not-allowed', 'the topic is not named like those of iVvy');
    if (!settings.accountIds.includes(account)) {
      throw new Rejection('account-not-allowed', 'the topic is of another iVvy account');
    }
    return region;
  },
});
