import { describe, expect, test } from '@jest/globals';
import { Duration, Stack, Token } from 'aws-cdk-lib';
import { Annotations, Match, type Template } from 'aws-cdk-lib/assertions';
import { PLACEHOLDER_SECRET } from '../../lambdas/ingest/secrets.ts';
import { altovizCatalogue } from '../../lambdas/providers/altoviz/catalogue.ts';
import { entitiesOf } from '../../lambdas/providers/shared/catalogue.ts';
import { Gatepost } from '../../lib/gatepost.ts';
import { GatepostStack } from '../../lib/gatepost-stack.ts';
import type { SourceProps } from '../../lib/sources.ts';
import { byName, nameOf, type Properties, permissions } from './read-template.ts';
import { createApp, SHIPPED, synthesize } from './synthesize.ts';

const template = synthesize();
const stageOf = (of: Template): Properties => {
  const [stage, ...others] = Object.values(of.findResources('AWS::ApiGatewayV2::Stage'));
  expect(others).toEqual([]);
  return stage;
};

describe('the gate', () => {
  test('has one route a source, to its own function', () => {
    const { Resources } = template.toJSON();
    const routes = Object.values(template.findResources('AWS::ApiGatewayV2::Route')).map(
      ({ Properties }: Properties) => {
        const integration = Resources[Properties.Target['Fn::Join'][1][1].Ref].Properties;
        expect(integration).toMatchObject({ IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '2.0' });
        return [Properties.RouteKey, nameOf(template, integration.IntegrationUri)];
      },
    );
    expect(routes).toEqual([
      ['POST /hooks/altoviz', 'gatepost-ingest-altoviz'],
      ['POST /hooks/ivvy', 'gatepost-ingest-ivvy'],
    ]);
  });

  test('makes a secret where the provider has one, with the placeholder that ingest refuses', () => {
    const secrets = byName(template, 'AWS::SecretsManager::Secret');
    expect([...secrets.keys()]).toEqual(['gatepost/altoviz']);
    expect(secrets.get('gatepost/altoviz').SecretString).toBe(PLACEHOLDER_SECRET);
  });

  test('lets two sources of one provider stand side by side', () => {
    const two = synthesize({
      sources: {
        altoviz: { provider: 'altoviz' },
        'altoviz-sandbox': { provider: 'altoviz', rotationGrace: 0 },
      },
    });
    expect([...byName(two, 'AWS::SecretsManager::Secret').keys()]).toEqual([
      'gatepost/altoviz',
      'gatepost/altoviz-sandbox',
    ]);
    expect([...byName(two, 'AWS::ApiGatewayV2::Route').keys()]).toEqual([
      'POST /hooks/altoviz',
      'POST /hooks/altoviz-sandbox',
    ]);
    expect(permissions(two, 'gatepost-ingest-altoviz-sandbox')).toEqual([
      'logs:CreateLogStream, logs:PutLogEvents on /aws/lambda/gatepost-ingest-altoviz-sandbox',
      'sqs:SendMessage on gatepost-intake.fifo, gatepost-rejected.fifo',
      'secretsmanager:GetSecretValue on gatepost/altoviz-sandbox',
      's3:PutObject on gatepost-bodies-AWS::AccountId-AWS::Region/bodies/altoviz-sandbox/*',
    ]);
    // They know the same entities, and those have one queue each.
    expect(byName(two, 'AWS::SQS::Queue').size).toBe(
      entitiesOf(altovizCatalogue).length +
        ['intake', 'unrecognized', 'rejected', 'intake-dlq', 'entities-dlq'].length,
    );
  });
});

describe('throttling', () => {
  const { altoviz, ivvy } = SHIPPED;

  test('lets through 100 requests a second and 200 at once, on each route', () => {
    expect(stageOf(template).Properties).toMatchObject({
      StageName: '$default',
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 },
    });
    expect(stageOf(template).Properties.RouteSettings).toBeUndefined();
  });

  test('is set for all routes, and for one source otherwise; what a source leaves out is as for all', () => {
    const { Properties } = stageOf(
      synthesize({
        gate: { throttle: { rate: 50 } },
        sources: {
          ivvy: { ...ivvy, throttle: { rate: 0.5, burst: 1 } },
          altoviz: { ...altoviz, throttle: { burst: 1000 } },
          avaza: { provider: 'avaza', throttle: { rate: 7 } },
        },
      }),
    );
    expect(Properties).toMatchObject({
      DefaultRouteSettings: { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 200 },
      RouteSettings: {
        'POST /hooks/ivvy': { ThrottlingRateLimit: 0.5, ThrottlingBurstLimit: 1 },
        'POST /hooks/altoviz': { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 1000 },
        'POST /hooks/avaza/{event}': { ThrottlingRateLimit: 7, ThrottlingBurstLimit: 200 },
      },
    });
  });

  test('of a source is not written down where it asks for nothing', () => {
    const asked = synthesize({ sources: { ivvy, altoviz: { ...altoviz, throttle: {} } } });
    expect(stageOf(asked).Properties.RouteSettings).toBeUndefined();
  });

  test('waits for the routes that it names: API Gateway refuses the settings of one that is not there yet', () => {
    const limited = synthesize({ sources: { ivvy, altoviz: { ...altoviz, throttle: { rate: 1 } } } });
    expect(stageOf(limited).DependsOn.map((id: string) => nameOf(limited, { Ref: id }))).toEqual([
      'POST /hooks/altoviz',
    ]);
  });

  test('is deleted with the throttle or the source: CloudFormation alone leaves it in force', () => {
    const limited = synthesize({ sources: { ivvy, altoviz: { ...altoviz, throttle: { rate: 1 } } } });
    const [removal, ...others] = Object.values(limited.findResources('Custom::AWS'));
    expect(others).toEqual([]);
    const call = JSON.stringify(removal?.Properties.Delete);
    for (const part of ['DeleteRouteSettings', 'POST /hooks/altoviz', '$default', 'NotFoundException']) {
      expect(call).toContain(part);
    }
    // What depends on a route is deleted before it.
    expect(removal?.DependsOn.map((id: string) => limited.toJSON().Resources[id].Type)).toContain(
      'AWS::ApiGatewayV2::Route',
    );
  });

  test('of no source brings nothing that deletes one', () => {
    expect(Object.values(template.findResources('Custom::AWS'))).toEqual([]);
  });
});

describe('the access log', () => {
  const { DestinationArn, Format } = stageOf(template).Properties.AccessLogSettings;

  test('is JSON, whatever API Gateway puts into it', () => {
    const line = Format.replaceAll(/\$context\.[A-Za-z.]+/g, '-');
    expect(Object.values(JSON.parse(line))).toEqual(expect.arrayContaining(['-']));
    expect(nameOf(template, DestinationArn)).toBe('/aws/vendedlogs/gatepost-gate');
  });

  test('tells route, status, latency and source address, and nothing that a sender may fill as he likes', () => {
    expect(Format.match(/\$context\.[A-Za-z.]+/g)).toEqual([
      // API Gateway takes no format without it.
      '$context.requestId',
      '$context.routeKey',
      '$context.status',
      '$context.responseLatency',
      '$context.integrationStatus',
      '$context.identity.sourceIp',
    ]);
  });
});

describe('a host name of your own', () => {
  const certificateArn =
    'arn:aws:acm:eu-central-1:111122223333:certificate/0a1b2c3d-0a1b-2c3d-4e5f-0a1b2c3d4e5f';
  const own = synthesize({ gate: { domain: { name: 'hooks.example.com', certificateArn } } });

  test('leads to the stage, over TLS 1.2 at least', () => {
    const [domain] = byName(own, 'AWS::ApiGatewayV2::DomainName').values();
    expect(domain).toMatchObject({
      DomainName: 'hooks.example.com',
      DomainNameConfigurations: [
        { CertificateArn: certificateArn, EndpointType: 'REGIONAL', SecurityPolicy: 'TLS_1_2' },
      ],
    });
    own.hasResourceProperties('AWS::ApiGatewayV2::ApiMapping', {
      ApiId: { Ref: 'GatepostGateApiDAFC3617' },
      Stage: '$default',
    });
  });

  test('is what providers are told, and the outputs say what its DNS record has to point to', () => {
    const outputs: Properties = own.findOutputs('*');
    const [id] = Object.keys(own.findResources('AWS::ApiGatewayV2::DomainName'));
    expect(outputs.AltovizHookUrl.Value['Fn::Join'][1]).toEqual(['https://', { Ref: id }, '/hooks/altoviz']);
    expect(outputs.GateDomainTarget.Value).toEqual({ 'Fn::GetAtt': [id, 'RegionalDomainName'] });
  });

  test('leaves every description plain text: CloudFormation takes no other', () => {
    const outputs: Properties = own.findOutputs('*');
    for (const { Description } of Object.values<Properties>(outputs))
      expect(typeof Description).toBe('string');
  });

  test('may have a certificate that the same app makes', () => {
    const domain = { name: 'hooks.example.com', certificateArn: Token.asString({ Ref: 'Certificate' }) };
    const [{ DomainNameConfigurations }] = byName(
      synthesize({ gate: { domain } }),
      'AWS::ApiGatewayV2::DomainName',
    ).values() as unknown as [Properties];
    expect(DomainNameConfigurations[0].CertificateArn).toEqual({ Ref: 'Certificate' });
  });

  test('is not there unless asked for', () => {
    template.resourceCountIs('AWS::ApiGatewayV2::DomainName', 0);
  });
});

describe("what is for the stack alone, of a source's settings", () => {
  const bare = { ivvy: SHIPPED.ivvy, altoviz: SHIPPED.altoviz };
  const options = { throttle: { rate: 1 }, reservedConcurrency: 7, silenceAfter: Duration.hours(12) };
  const sources = { ...bare, altoviz: { ...bare.altoviz, ...options } };
  const configured = synthesize({ sources });

  test('keeps executions back for the source, and for no other', () => {
    const reserved = [...byName(configured, 'AWS::Lambda::Function')].map(([name, properties]) => [
      name,
      properties.ReservedConcurrentExecutions,
    ]);
    expect(Object.fromEntries(reserved)).toEqual({
      'gatepost-fan-out': undefined,
      'gatepost-ingest-ivvy': undefined,
      'gatepost-ingest-altoviz': 7,
    });
  });

  test('is told to no function', () => {
    const environment = (of: Template) => {
      // Whether an alarm counts what was accepted, and no more.
      const { COUNT_ACCEPTED: _, ...others } = byName(of, 'AWS::Lambda::Function').get(
        'gatepost-ingest-altoviz',
      ).Environment.Variables;
      return others;
    };
    expect(environment(configured)).toEqual(environment(synthesize({ sources: bare })));
  });

  test('is there for whoever watches the source', () => {
    const gatepost = new Gatepost(new Stack(createApp(), 'Stack'), 'Gatepost', { sources });
    expect(
      gatepost.sources.map(({ source, options: { silenceAfter } }) => [source.name, silenceAfter]),
    ).toEqual([
      ['altoviz', options.silenceAfter],
      ['ivvy', undefined],
    ]);
  });
});

describe('a handshake by another method', () => {
  const meta = {
    provider: 'hmac',
    name: 'meta',
    header: 'x-hub-signature-256',
    prefix: 'sha256=',
    eventName: 'body:object',
    catalogue: { page: 'page.changed' },
    handshake: { method: 'GET', at: 'query:hub.challenge', answer: 'query:hub.challenge' },
    throttle: { rate: 5, burst: 5 },
  } as const;
  const synthesized = synthesize({ sources: { altoviz: { provider: 'altoviz' }, meta } });

  test('has a route of its own, to the same function, with the same throttle', () => {
    const routes = Object.values(synthesized.findResources('AWS::ApiGatewayV2::Route')) as Properties[];
    expect(routes.map(({ Properties }) => Properties.RouteKey).sort()).toEqual([
      'GET /hooks/meta',
      'POST /hooks/altoviz',
      'POST /hooks/meta',
    ]);
    const throttles = Object.values(synthesized.findResources('Custom::AWS')) as Properties[];
    expect(throttles).toHaveLength(2);
  });
});

describe('what a sender leaves unsigned', () => {
  const infosOf = (sources: Readonly<Record<string, SourceProps>>): readonly string[] => {
    const stack = new GatepostStack(createApp(), 'Open', { sources });
    return Annotations.fromStack(stack)
      .findInfo('*', Match.anyValue())
      .map(({ entry }) => String(entry.data));
  };

  test('is said at synthesis, as information', () => {
    const token = {
      provider: 'token',
      name: 'gitlab',
      token: 'header:x-token',
      eventName: 'text:a',
      catalogue: { a: 'a.b' },
    } as const;
    expect(infosOf({ gitlab: token })).toEqual([
      expect.stringContaining('Source "gitlab": the sender signs nothing'),
    ]);
  });

  test('is nothing for the providers whose scheme no setting changes', () => {
    expect(infosOf({ ivy: { provider: 'ivy' }, altoviz: { provider: 'altoviz' } })).toEqual([]);
  });
});
