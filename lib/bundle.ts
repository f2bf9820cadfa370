import { hash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync } from 'esbuild';
import { BUNDLE_OPTIONS, S3_ENTRY, S3_IMPORT } from './bundle-options.ts';
import { PROJECT_ROOT } from './project-root.ts';

/**
 * Bundles a function's code into `index.js`, the name that Lambda's documentation uses. The `package.json` beside it says
 * that it is CommonJS, and that the client of S3 is in `s3.js`. Unlike `NodejsFunction` it doesn't start `npx`, which takes
 * longer than the bundling. Functions with the same entry share a bundle.
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
          for (const [name, content] of Object.entries({ ...files, ...besides() })) {
            writeFileSync(join(outputDirectory, name), content);
          }
          return true;
        },
      },
    },
  });

/** The files that are in every bundle. Made once. */
const besides = (): Readonly<Record<string, string | Uint8Array>> => {
  common ??= {
    'package.json': JSON.stringify({ type: 'commonjs', imports: { [S3_IMPORT]: './s3.js' } }),
    's3.js': s3Bundle(),
  };
  return common;
};

let common: Readonly<Record<string, string | Uint8Array>> | undefined;

const s3Bundle = (): Uint8Array => {
  const { outputFiles } = buildSync({ ...BUNDLE_OPTIONS, entryPoints: [S3_ENTRY], write: false });
  const [file] = outputFiles;
  if (file === undefined) throw new Error(`esbuild made nothing of ${S3_ENTRY}`);
  return file.contents;
};
