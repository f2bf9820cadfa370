import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { METRIC_NAMESPACE } from '../../lambdas/runtime/metric-schema.ts';
import { shown } from '../checks.ts';
import { SettingError } from '../setting-error.ts';
import { AlarmTopic } from './alarm-topic.ts';
import { Alarms } from './alarms.ts';
import { Dashboard } from './dashboard.ts';
import { PERIOD } from './metrics.ts';
import type { AlarmThresholds } from './thresholds.ts';
import type { Watched } from './watched.ts';

export interface AlarmOptions {
  /** Your own topic for the alarms, to which CloudWatch may publish. Default: a new topic, `<prefix>-alarms`. */
  readonly topic?: ITopic;
  /** By kind and severity: `{ 'intake-age': { page: 900, ticket: false } }`. Default: see each kind. */
  readonly thresholds?: AlarmThresholds;
}

export interface WatchProps extends Watched {
  readonly alarms?: AlarmOptions | undefined;
  readonly alarmEmail?: string | undefined;
}

/** Monitoring: metrics, alarms by stage, and the dashboard. */
export class Watch extends Construct {
  readonly alarms: Alarms;
  readonly dashboard: Dashboard;
  /** The topic of the alarms. */
  readonly topic: ITopic;

  /** @throws {SettingError} if an option is wrong. */
  constructor(scope: Construct, id: string, props: WatchProps) {
    super(scope, id);
    const { alarms: options = {}, alarmEmail: email, ...watched } = props;
    const { prefix } = watched;
    checkTopic(options.topic);
    if (options.topic !== undefined && email !== undefined) {
      throw new SettingError(
        'alarmEmail and alarms.topic are both set; subscribe the address to your topic, or leave the topic out',
      );
    }
    const all = { ...watched, throttled: this.countThrottled(watched) };
    this.alarms = new Alarms(this, 'Alarms', {
      watched: all,
      thresholds: options.thresholds === undefined ? {} : options.thresholds,
    });
    this.dashboard = new Dashboard(this, 'Dashboard', { watched: all, alarms: this.alarms });
    this.topic = options.topic ?? new AlarmTopic(this, 'AlarmTopic', { prefix, email }).topic;
    for (const composite of this.alarms.bySeverity.values()) {
      composite.addAlarmAction(new SnsAction(this.topic));
      composite.addOkAction(new SnsAction(this.topic));
    }
  }

  /** An HTTP API has no metric for throttled requests, so they are counted from its access log. */
  private countThrottled({ prefix, gate }: Watched): Metric {
    // The prefix is in the namespace, because a metric filter can't add a constant dimension.
    const metricNamespace = `${METRIC_NAMESPACE}/${prefix}`;
    const metricName = 'Throttled';
    new MetricFilter(this, 'ThrottledRequests', {
      logGroup: gate.accessLog,
      filterPattern: FilterPattern.stringValue('$.status', '=', '429'),
      metricNamespace,
      metricName,
      metricValue: '1',
    });
    return new Metric({
      namespace: metricNamespace,
      metricName,
      statistic: Stats.SUM,
      period: PERIOD,
      label: 'throttled',
    });
  }
}

const checkTopic = (topic: unknown): void => {
  if (topic === undefined || (typeof topic === 'object' && topic !== null && 'topicArn' in topic)) return;
  throw new SettingError(
    `alarms.topic is ${shown(topic)}; it must be a topic, such as Topic.fromTopicArn(this, 'Alarms', 'arn:aws:sns:…')`,
  );
};
