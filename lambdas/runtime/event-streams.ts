/**
 * What the AWS clients find in the place of streams of events, which nothing here reads or writes.
 *
 * The bundles have this in the place of `@smithy/core/event-streams`. The SDK imports that only when such a stream comes; for
 * that, esbuild has to wrap it and each of the 150 modules that it shares with the rest into a function of its own, and can
 * leave out nothing of them: a start took a fifth longer.
 *
 * @see https://github.com/evanw/esbuild/blob/main/docs/architecture.md
 * @throws {Error} where a stream comes all the same.
 */
export const eventStreamSerdeProvider = (): never => {
  throw new Error('Streams of events are not in the bundle; lib/bundle-options.ts leaves them out');
};

/** For CloudWatch Logs' client, which asks for it when it is made; only its live tail is such a stream. */
export const resolveEventStreamSerdeConfig = <Config>(config: Config): Config => config;
