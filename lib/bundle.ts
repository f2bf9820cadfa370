import { hash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync } from 'esbuild';
import { BUNDLE_OPTIONS } from './bundle-options.ts';
import { PROJECT_ROOT } from './project-root.ts';

/**
 * A function's code: `index.js`, the name that Lambda's documentation uses, and a `package.json` that says that it is
 * CommonJS, whatever `package.json` is above it on this machine.
 *
 * It is what `NodejsFunction` does, less the `npx` that takes longer than the bundling. An entry that several functions
 * share is bundled once.
 *
 * @param entry the file that exports `handler`, from the project's root: `lambdas/fan-out/handler.ts`.
 * @param files what else lies beside it, by name: what would not fit into the function's environment.
 */
export const bundle = (entry: string, files: Readonly<Record<string, string>> = {}): Code =>
  Code.fromAsset(PROJECT_ROOT, {
    // Of what comes out, not of what goes in: an unchanged bundle is not deployed again.
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // CDK asks for an image all the same. It would be used only if `tryBundle` gave up, and that throws instead.
      image: DockerImage.fromRegistry('none'),
      // By this CDK tells one bundle from another.
      command: ['esbuild', entry, hash('sha256', JSON.stringify(files))],
      local: {
        tryBundle: (outputDirectory) => {
          buildSync({ ...BUNDLE_OPTIONS, entryPoints: [entry], outfile: join(outputDirectory, 'index.js') });
          for (const [name, text] of Object.entries({ ...files, 'package.json': '{"type":"commonjs"}' })) {
            writeFileSync(join(outputDirectory, name), text);
          }
          return true;
        },
      },
    },
  });
