import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { metricNamespace } from '../../lambdas/runtime/metric-schema.ts';
import { SettingError } from '../setting-error.ts';
import type { Severity } from './alarm-kinds.ts';
import { AlarmTopics, checkEmails, checkTopics, type OwnerEmails, type OwnTopics } from './alarm-topics.ts';
import { Alarms } from './alarms.ts';
import { Dashboard } from './dashboard.ts';
import { PERIOD } from './metrics.ts';
import type { AlarmThresholds } from './thresholds.ts';
import type { Watched } from './watched.ts';

export interface AlarmOptions {
  /**
   * Your own topics, to which CloudWatch may publish: `{ page: topic, ticket: topic }`. Default of each: a new topic,
   * `<prefix>-pages` and `<prefix>-tickets`.
   */
  readonly topics?: OwnTopics;
  /** By kind and severity: `{ 'intake-age': { page: 900, ticket: false } }`. Default: see each kind. */
  readonly thresholds?: AlarmThresholds;
}

export interface WatchProps extends Watched {
  readonly alarms?: AlarmOptions | undefined;
  readonly alarmEmail?: string | readonly string[] | undefined;
  /** The addresses that are told of the alarms of a consumer, by its name. */
  readonly ownerEmails: OwnerEmails;
}

/** Monitoring: metrics, alarms by stage, and the dashboard. */
export class Watch extends Construct {
  readonly alarms: Alarms;
  readonly dashboard: Dashboard;
  /** The topics of the alarms, by severity. */
  readonly topics: Readonly<Record<Severity, ITopic>>;

  /** @throws {SettingError} if an option is wrong. */
  constructor(scope: Construct, id: string, props: WatchProps) {
    super(scope, id);
    const { alarms: options = {}, alarmEmail, ownerEmails, ...watched } = props;
    const { prefix } = watched;
    const own = checkTopics(options.topics);
    const emails = checkEmails(alarmEmail);
    if (own.page !== undefined && own.ticket !== undefined && emails.length > 0) {
      throw new SettingError(
        'alarmEmail and both of alarms.topics are set; subscribe the address to your topics, or leave a topic out',
      );
    }
    const all = { ...watched, throttled: this.countThrottled(watched) };
    const topics = new AlarmTopics(this, 'Topics', { prefix, own, emails, owners: ownerEmails });
    this.topics = topics.of;
    this.alarms = new Alarms(this, 'Alarms', {
      watched: all,
      thresholds: options.thresholds === undefined ? {} : options.thresholds,
      actions: { page: new SnsAction(this.topics.page), ticket: new SnsAction(this.topics.ticket) },
      owners: new Map([...topics.owners].map(([owner, topic]) => [owner, new SnsAction(topic)])),
    });
    this.dashboard = new Dashboard(this, 'Dashboard', { watched: all, alarms: this.alarms });
  }

  /** An HTTP API has no metric for throttled requests, so they are counted from its access log. */
  private countThrottled({ prefix, gate }: Watched): Metric {
    const namespace = metricNamespace(prefix);
    const metricName = 'Throttled';
    new MetricFilter(this, 'ThrottledRequests', {
      logGroup: gate.accessLog,
      filterPattern: FilterPattern.stringValue('$.status', '=', '429'),
      metricNamespace: namespace,
      metricName,
      metricValue: '1',
    });
    return new Metric({
      namespace,
      metricName,
      statistic: Stats.SUM,
      period: PERIOD,
      label: 'throttled',
    });
  }
}
