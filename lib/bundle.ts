import { hash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync } from 'esbuild';
import { BUNDLE_OPTIONS } from './bundle-options.ts';
import { PROJECT_ROOT } from './project-root.ts';

/**
 * Bundles a function's code into `index.js`, the name that Lambda's documentation uses. The `package.json` beside it says
 * that it is CommonJS. Unlike `NodejsFunction` it doesn't start `npx`, which takes longer than the bundling.
 * Functions with the same entry share a bundle.
 *
 * @param entry the file that exports `handler`, relative to the project's root: `lambdas/fan-out/handler.ts`.
 * @param files further files, by name.
 */
export const bundle = (entry: string, files: Readonly<Record<string, string>> = {}): Code =>
  Code.fromAsset(PROJECT_ROOT, {
    // Hash the output, so that an unchanged bundle is not deployed again.
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // CDK requires an image, but uses it only if `tryBundle` returns false, which it never does.
      image: DockerImage.fromRegistry('none'),
      // CDK identifies a bundle by its command.
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
