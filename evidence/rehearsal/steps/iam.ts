import type { Step } from '../walk.ts';

/** From here on, the functions may do what the template's roles allow, and nothing else. */
export const enforceIam: Step = {
  title: 'Start again with IAM enforced',
  run: (walk) => walk.restart(true),
};

/** MiniStack's IAM refuses the CDK's uploads to the bootstrap bucket. */
export const stopEnforcingIam: Step = {
  title: 'Start again without it, for deployments',
  run: (walk) => walk.restart(false),
};
