import { type Attempt, fits } from './attempt.ts';
import { textsIn } from './candidates.ts';
import type { Change } from './change.ts';
import { bodyChanges } from './changes/body.ts';
import { contentChanges } from './changes/content.ts';
import { methodChanges } from './changes/method.ts';
import { proofChanges } from './changes/proof.ts';
import { secretChanges } from './changes/secret.ts';
import { urlChanges } from './changes/url.ts';
import type { NearMiss } from './trace.ts';

/** The most work of a search. */
export interface Limits {
  readonly attempts: number;
  /** The bytes of all bodies that are tried. */
  readonly bytes: number;
}

/** At most half a second of one core, for the largest body. */
export const FUNCTION_LIMITS: Limits = { attempts: 4_000, bytes: 32 * 1024 * 1024 };

/** An attempt and what to call its key. */
export interface NamedAttempt extends Attempt {
  readonly key: string;
}

export interface Found {
  readonly nearMisses: readonly NearMiss[];
  readonly search: { readonly attempts: number; readonly complete: boolean };
}

/** With more, a person doesn't know where to begin. */
const MAX_FOUND = 5;

/**
 * Looks for what would fit: each change alone, and then two changes of different subjects together.
 *
 * @param isSetting whether the source's provider has a setting of that name.
 */
export const findNearMisses = (
  attempts: readonly NamedAttempt[],
  isSetting: (name: string) => boolean,
  limits: Limits = FUNCTION_LIMITS,
): Found => {
  const work = new Work(limits);
  // What fits as it is was refused for another reason, and neutral changes would fit too.
  if (attempts.some((attempt) => work.fits(attempt))) return { nearMisses: [], search: work.result() };
  const all = attempts.map((attempt) => ({ attempt, changes: changesOf(attempt) }));
  const nearMiss = (key: string, ...changes: readonly Change[]): NearMiss =>
    describe(key, changes, isSetting);

  const single = all.flatMap(({ attempt, changes }) =>
    changes
      .filter((change) => work.fits(change.apply(attempt)))
      .map((change) => nearMiss(attempt.key, change)),
  );
  if (single.length > 0) return { nearMisses: distinct(single), search: work.result() };

  const pairs: NearMiss[] = [];
  for (const { attempt, changes } of all) {
    for (const [first, second] of pairsOf(changes)) {
      if (pairs.length >= MAX_FOUND || work.isDone()) break;
      if (work.fits(applied(first, second, attempt))) pairs.push(nearMiss(attempt.key, first, second));
    }
  }
  return { nearMisses: distinct(pairs), search: work.result() };
};

/** In the order in which the causes are usual. */
const changesOf = (attempt: Attempt): readonly Change[] => {
  const { request, scheme, secret } = attempt;
  const texts = textsIn(request);
  const { signedBytes = 'as-sent' } = scheme;
  const covers = scheme.content !== undefined;
  return [
    ...(secret === undefined ? [] : secretChanges({ secret, isToken: scheme.method.form.kind === 'token' })),
    ...methodChanges(scheme),
    ...proofChanges(scheme, texts),
    ...(covers ? bodyChanges(request, signedBytes) : []),
    ...urlChanges(request, scheme),
    ...contentChanges(scheme, request, texts),
  ];
};

function* pairsOf(changes: readonly Change[]): Generator<readonly [Change, Change]> {
  for (const [index, first] of changes.entries()) {
    for (const second of changes.slice(index + 1)) {
      if (first.subject !== second.subject) yield [first, second];
    }
  }
}

/** Another algorithm gives a proof another length: that comes after what changes the proof. */
const applied = (first: Change, second: Change, attempt: Attempt): Attempt =>
  first.subject === 'method' && second.subject === 'proof'
    ? first.apply(second.apply(attempt))
    : second.apply(first.apply(attempt));

const describe = (
  key: string,
  changes: readonly Change[],
  isSetting: (name: string) => boolean,
): NearMiss => {
  const set = Object.assign({}, ...changes.map((change) => change.set ?? {})) as Record<string, string>;
  const settable = Object.fromEntries(Object.entries(set).filter(([name]) => isSetting(name)));
  const missing = Object.keys(set).filter((name) => !isSetting(name));
  const says = [
    ...changes.map((change) => change.says),
    ...(Object.keys(settable).length === 0 ? [] : [`Set ${settingsText(settable)}.`]),
    ...(missing.length === 0
      ? []
      : [`The provider of this source has no setting ${missing.join(', ')}: change it at the sender.`]),
  ].join(' ');
  return {
    code: changes.map(({ code }) => code).join('+'),
    says,
    ...(Object.keys(settable).length > 0 && { set: settable }),
    key,
  };
};

const settingsText = (settings: Readonly<Record<string, string>>): string =>
  Object.entries(settings)
    .map(([name, value]) => `${name}: ${JSON.stringify(value)}`)
    .join(', ');

const distinct = (found: readonly NearMiss[]): readonly NearMiss[] =>
  found
    .filter(
      ({ code, key }, index) => found.findIndex((one) => one.code === code && one.key === key) === index,
    )
    .slice(0, MAX_FOUND);

class Work {
  private attempts = 0;
  private bytes = 0;
  private refused = false;
  private readonly limits: Limits;

  constructor(limits: Limits) {
    this.limits = limits;
  }

  /** False, without an attempt, where the limits are reached. */
  fits(attempt: Attempt): boolean {
    if (this.isDone()) return false;
    this.attempts++;
    this.bytes += attempt.request.body.length;
    return fits(attempt);
  }

  isDone(): boolean {
    const isDone = this.attempts >= this.limits.attempts || this.bytes >= this.limits.bytes;
    if (isDone) this.refused = true;
    return isDone;
  }

  result(): Found['search'] {
    return { attempts: this.attempts, complete: !this.refused };
  }
}
