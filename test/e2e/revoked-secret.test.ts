import { PassThrough } from 'node:stream';
import { expect, test } from '@jest/globals';
import { commands } from '../../cli/commands/index.ts';
import { run } from '../../cli/program.ts';
import { gateUnderTest } from './support/gate-under-test.ts';

const gate = gateUnderTest();

/** Runs `gatepost secret altoviz` on the local stack, and pipes something in. */
const secret = async (options: string, stdin = '') => {
  const out = new PassThrough();
  const exitCode = await run(
    ['secret', 'altoviz', ...options.split(' ').filter(Boolean), '--local'],
    commands,
    {
      in: PassThrough.from([stdin]),
      out,
      err: new PassThrough(),
      env: {},
      stateDir: gate().stateDir,
      now: () => new Date(),
      sleep: async () => undefined,
      interrupted: new AbortController().signal,
    },
  );
  return { exitCode, out: String(out.read() ?? '') };
};

test('after a rotation and --revoke-previous, the old secret gets 401 at once and the new one 200', async () => {
  const signedWithOld = await gate().sign('altoviz', 'CustomerCreated');
  expect(await gate().post('altoviz', signedWithOld)).toMatchObject({ status: 200 });

  expect(await secret('', 'the new secret of altoviz')).toMatchObject({ exitCode: 0 });
  const signedWithNew = await gate().sign('altoviz', 'CustomerUpdated');
  // The rotation alone does nothing against a secret that has leaked.
  expect(await gate().post('altoviz', signedWithOld)).toMatchObject({ status: 200 });

  const functions = gate().lines.length;
  const revoked = await secret('--revoke-previous --yes');
  expect(revoked).toMatchObject({ exitCode: 0, out: expect.stringContaining('is revoked') });
  expect(await gate().post('altoviz', signedWithOld)).toMatchObject({ status: 401 });
  expect(await gate().post('altoviz', signedWithNew)).toMatchObject({ status: 200 });
  // Nothing failed: the function that had to forget was not interrupted in an event.
  expect(
    gate()
      .lines.slice(functions)
      .map(({ text }) => text),
  ).not.toContainEqual(expect.stringContaining('ended before it answered'));
});

test('the functions of other sources are left alone', async () => {
  const request = await gate().sign('avaza');
  expect(await gate().post('avaza', request)).toMatchObject({ status: 200 });
  const asked = gate().aws.calls.length;
  await secret('', 'another new secret of altoviz');
  await secret('--revoke-previous --yes');
  expect(await gate().post('avaza', request)).toMatchObject({ status: 200 });
  // A function that was started anew would read its secret again.
  expect(
    gate()
      .aws.calls.slice(asked)
      .filter(({ action }) => action === 'GetSecretValue'),
  ).toEqual([]);
});
