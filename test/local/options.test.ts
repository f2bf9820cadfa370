import { expect, test } from '@jest/globals';
import { HELP, parseOptions, UsageError } from '../../local/options.ts';

test('the ports are the documented ones unless others are asked for', () => {
  expect(parseOptions([])).toEqual({
    port: 8787,
    consolePort: 8788,
    sqsPort: 4566,
    dynamodbPort: 8000,
    s3Port: 4567,
    json: false,
    help: false,
  });
  expect(
    parseOptions([
      ...['--port', '0', '--console-port=2', '--sqs-port=1', '--dynamodb-port', '65535'],
      ...['--s3-port', '3', '--json'],
    ]),
  ).toEqual({
    port: 0,
    consolePort: 2,
    sqsPort: 1,
    dynamodbPort: 65_535,
    s3Port: 3,
    json: true,
    help: false,
  });
});

test.each([
  ['--port', 'many'],
  ['--port', '65536'],
  ['--port=-1'],
  ['--port=1.5'],
  ['--port='],
  ['--colour'],
  ['word'],
  ['--port'],
])('%s %s is refused in a sentence', (...args) => {
  expect(() => parseOptions(args.filter((arg) => arg !== undefined))).toThrow(UsageError);
});

test('the help names every option', () => {
  for (const option of [
    '--port',
    '--console-port',
    '--sqs-port',
    '--dynamodb-port',
    '--app',
    '--json',
    '--help',
  ])
    expect(HELP).toContain(option);
});

test('the app may be another than that of cdk.json', () => {
  expect(parseOptions(['--app', 'node app.ts'])).toMatchObject({ app: 'node app.ts' });
  expect(parseOptions([])).not.toHaveProperty('app');
});
