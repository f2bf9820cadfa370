import { registerHooks } from 'node:module';

// Loaded before the app (`node --import`): the app as it is, whatever it is, with one setting changed.
const STACK = new URL('../../lib/gatepost-stack.ts', import.meta.url).href;
const CHANGED = new URL('./changed-stack.ts', import.meta.url).href;

registerHooks({
  resolve: (specifier, context, next) => {
    const resolved = next(specifier, context);
    if (resolved.url !== STACK || context.parentURL === CHANGED) return resolved;
    return { ...resolved, url: CHANGED };
  },
});
