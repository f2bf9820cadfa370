import { Stack, Validations } from 'aws-cdk-lib';
import {
  type CfnRoute,
  DomainName,
  HttpApi,
  HttpMethod,
  HttpStage,
  LogGroupLogDestination,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Method } from '../lambdas/providers/provider.ts';
import { AccessLog } from './access-log.ts';
import type { Bodies } from './bodies.ts';
import { type DomainOptions, type GateOptions, parseGateOptions } from './gate-options.ts';
import { toId } from './ids.ts';
import { Ingest } from './ingest.ts';
import { RouteThrottle } from './route-throttle.ts';
import type { ConfiguredSource } from './sources.ts';
import { completeThrottle, DEFAULT_THROTTLE } from './throttle.ts';

export interface GateProps extends GateOptions {
  readonly prefix: string;
  readonly sources: readonly ConfiguredSource[];
  readonly intakeQueue: IQueue;
  /** Undefined if no source keeps rejected deliveries. */
  readonly rejectedQueue: IQueue | undefined;
  readonly bodies: Bodies;
  readonly logRetention: RetentionDays;
}

/** The HTTP API, with one route and one ingest function per source, so that sources don't affect each other. */
export class Gate extends Construct {
  readonly api: HttpApi;
  readonly stage: HttpStage;
  readonly accessLog: LogGroup;
  /** The custom domain. */
  readonly domain: DomainName | undefined;
  /** By source. */
  readonly ingests: ReadonlyMap<string, Ingest>;
  /** The URL for the provider, by source. */
  readonly urls: ReadonlyMap<string, string>;

  /** @throws {SettingError} if an option is wrong. */
  constructor(scope: Construct, id: string, { sources, throttle, domain, ...forEach }: GateProps) {
    super(scope, id);
    const options = parseGateOptions({ throttle, domain }, Stack.of(this).region);
    const limits = completeThrottle(options.throttle, DEFAULT_THROTTLE);

    this.api = new HttpApi(this, 'Api', {
      apiName: forEach.prefix,
      description: 'Where providers post their webhooks',
      createDefaultStage: false,
    });
    // In the API's scope, because in this one it could conflict with a source's name.
    const accessLog = new AccessLog(this.api, 'AccessLog', { ...forEach, retention: forEach.logRetention });
    this.accessLog = accessLog.logGroup;
    this.domain = options.domain && this.addDomain(options.domain);
    this.stage = new HttpStage(this.api, 'DefaultStage', {
      httpApi: this.api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: limits.rate, burstLimit: limits.burst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(this.accessLog),
        format: accessLog.format,
      },
      ...(this.domain !== undefined && { domainMapping: { domainName: this.domain } }),
    });

    const endpoint = this.domain === undefined ? this.api.apiEndpoint : `https://${this.domain.name}`;
    const ingests = new Map<string, Ingest>();
    const urls = new Map<string, string>();
    for (const configured of sources) {
      const { name } = configured.source;
      const { throttle } = configured.options;
      const path = `/hooks/${name}${configured.provider.pathSuffix ?? ''}`;
      const ingest = new Ingest(this, toId(name), { ...forEach, configured });
      const routes = this.api.addRoutes({
        path,
        // A route for another method only where the source's handshake needs it.
        methods: methodsOf(configured).map((method) => HttpMethod[method]),
        integration: new HttpLambdaIntegration(`${toId(name)}Integration`, ingest.function),
      });
      for (const [index, route] of routes.entries()) {
        Validations.of(route).acknowledge(NO_AUTHORIZER);
        if (throttle?.rate !== undefined || throttle?.burst !== undefined) {
          new RouteThrottle(ingest, index === 0 ? 'Throttle' : `Throttle${index}`, {
            stage: this.stage,
            route: route.node.defaultChild as CfnRoute,
            throttle: completeThrottle(throttle, limits),
            logRetention: forEach.logRetention,
          });
        }
      }
      ingests.set(name, ingest);
      urls.set(name, `${endpoint}${path}`);
    }
    this.ingests = ingests;
    this.urls = urls;
  }

  private addDomain({ name, certificateArn }: DomainOptions): DomainName {
    return new DomainName(this.api, 'Domain', {
      domainName: name,
      certificate: Certificate.fromCertificateArn(this.api, 'Certificate', certificateArn),
      securityPolicy: SecurityPolicy.TLS_1_2,
    });
  }
}

/** POST first. */
const methodsOf = ({ provider, source }: ConfiguredSource): readonly Method[] =>
  provider.methods?.(source.settings as never) ?? ['POST'];

const NO_AUTHORIZER = {
  id: 'AwsSolutions-APIG4',
  reason:
    "A provider can't sign for AWS: the function of the route verifies the provider's own signature before anything is stored",
} as const;
