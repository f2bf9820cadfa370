import type { HttpApi, Integration } from '../gateway/gateway.ts';
import type { Resource, Stack } from './stack.ts';
import { AssemblyError } from './template.ts';

/**
 * Reads the HTTP API of the template.
 *
 * @param functionAt finds a function by its ARN.
 * @throws {AssemblyError} where there is not exactly one HTTP API, or a route has another target than a function.
 */
export const readHttpApi = (
  stack: Stack,
  functionAt: (arn: string) => Pick<Integration, 'invoke'>,
): HttpApi => {
  const [api, ...others] = stack.resources('AWS::ApiGatewayV2::Api');
  if (api === undefined || others.length > 0 || api.properties.ProtocolType !== 'HTTP')
    throw new AssemblyError('The local stack runs a template with exactly one HTTP API');

  const integrations = new Map(
    stack
      .resources('AWS::ApiGatewayV2::Integration')
      .map((resource) => [`integrations/${resource.ref}`, readIntegration(resource, functionAt)]),
  );
  return {
    id: api.ref,
    routes: stack.resources('AWS::ApiGatewayV2::Route').map(({ logicalId, properties }) => {
      const { RouteKey, Target, AuthorizationType = 'NONE' } = properties;
      const target = integrations.get(String(Target));
      if (target === undefined) throw new AssemblyError(`${logicalId}: its target is not an integration`);
      if (AuthorizationType !== 'NONE')
        throw new AssemblyError(`${logicalId}: the local stack has no authorizers`);
      return { key: String(RouteKey), target };
    }),
  };
};

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const MAX_TIMEOUT_MS = 30_000;

const readIntegration = (
  { logicalId, properties }: Resource,
  functionAt: (arn: string) => Pick<Integration, 'invoke'>,
): Integration => {
  const { IntegrationType, IntegrationUri, PayloadFormatVersion, TimeoutInMillis } = properties;
  if (IntegrationType !== 'AWS_PROXY' || PayloadFormatVersion !== '2.0')
    throw new AssemblyError(`${logicalId}: the local stack runs functions with payload format 2.0 only`);
  const { invoke } = functionAt(String(IntegrationUri));
  return { invoke, timeout: Number(TimeoutInMillis ?? MAX_TIMEOUT_MS) };
};
