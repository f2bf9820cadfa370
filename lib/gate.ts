import { HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { toId } from './ids.ts';
import { Ingest } from './ingest.ts';
import type { ConfiguredSource } from './sources.ts';

export interface GateProps {
  /** What the names of AWS resources begin with. */
  readonly prefix: string;
  readonly sources: readonly ConfiguredSource[];
  /** Where deliveries are stored. */
  readonly intakeQueue: IQueue;
  /** How long an event is remembered, in seconds: what happened before is turned away. */
  readonly retentionSeconds: number;
}

/** The HTTP API, with one route and one ingest function a source: a source that is ill keeps no other waiting. */
export class Gate extends Construct {
  readonly api: HttpApi;
  /** By source. */
  readonly ingests: ReadonlyMap<string, Ingest>;
  /** What the provider is to post to, by source. */
  readonly urls: ReadonlyMap<string, string>;

  constructor(scope: Construct, id: string, { sources, ...forEach }: GateProps) {
    super(scope, id);
    this.api = new HttpApi(this, 'Api', {
      apiName: forEach.prefix,
      description: 'Where providers post their webhooks',
    });

    const ingests = new Map<string, Ingest>();
    const urls = new Map<string, string>();
    for (const configured of sources) {
      const { name } = configured.source;
      const ingest = new Ingest(this, toId(name), { ...forEach, configured });
      const path = `/hooks/${name}${configured.provider.pathSuffix ?? ''}`;
      this.api.addRoutes({
        path,
        methods: [HttpMethod.POST],
        integration: new HttpLambdaIntegration(`${toId(name)}Integration`, ingest.function),
      });
      ingests.set(name, ingest);
      urls.set(name, `${this.api.apiEndpoint}${path}`);
    }
    this.ingests = ingests;
    this.urls = urls;
  }
}
