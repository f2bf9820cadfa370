import type { Stack } from './stack.ts';

/** The ARNs of the functions that only a dashboard or the command calls: neither the API nor a queue invokes them. */
export const calledFunctions = (stack: Stack): readonly string[] => {
  const invoked = new Set([
    ...stack
      .resources('AWS::Lambda::EventSourceMapping')
      .map(({ properties }) => String(properties.FunctionName)),
    ...stack
      .resources('AWS::ApiGatewayV2::Integration')
      .map(({ properties }) => String(properties.IntegrationUri)),
  ]);
  return stack
    .resources('AWS::Lambda::Function')
    .filter(({ ref, attribute }) => !invoked.has(ref) && !invoked.has(attribute('Arn')))
    .map(({ attribute }) => attribute('Arn'));
};
