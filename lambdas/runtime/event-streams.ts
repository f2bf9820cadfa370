/**
 * Replaces `@smithy/core/event-streams` in the bundles, since nothing here uses event streams. The SDK imports that module
 * dynamically, so esbuild must wrap it and the 150 modules that it shares, and can't tree-shake them. Cold starts took a
 * fifth longer.
 *
 * @see https://github.com/evanw/esbuild/blob/main/docs/architecture.md
 */
export const eventStreamSerdeProvider = (): never => {
  throw new Error('Event streams are not in the bundle; lib/bundle-options.ts excludes them');
};

/** Called by the constructor of the CloudWatch Logs client; only its live tail uses event streams. */
export const resolveEventStreamSerdeConfig = <Config>(config: Config): Config => config;
