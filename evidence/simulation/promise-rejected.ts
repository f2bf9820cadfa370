import { BEGINNING } from './clock.ts';
import { FORGED } from './forgers.ts';
import {
  type Answer,
  type HandedRejection,
  type History,
  lineOf,
  type RetryRun,
  reasonOf,
} from './history.ts';
import { QUOTA } from './limits.ts';
import { CLOCKS_DIFFER, isOfSecret, type MistakeStep } from './schedule.ts';

type Retrials = NonNullable<RetryRun['retrials']>;

/** What is promised of deliveries that were refused, and that are taken back. */
export const REJECTION_PROMISES: Readonly<Record<string, (history: History) => readonly string[]>> = {
  'what is refused is handed over to be kept, or its line says why not': ({ answers }) =>
    answers.filter(isToBeKept).flatMap((answer) => {
      const { deliveryId, lines, source, faults } = answer;
      if (deliveryId !== undefined) return [];
      const notKept = lineOf(lines)?.fields.notKept;
      if (notKept === undefined) return [`a rejected delivery of ${source} is not kept, and no line says so`];
      const isExpected =
        notKept === 'unavailable' ? faults.length > 0 : notKept !== 'too-many' || isBusy(answer, answers);
      return isExpected ? [] : [`a rejected delivery of ${source} is not kept: ${notKept}`];
    }),

  'no more is handed over than a few a minute, of each kind': ({ answers, rejections }) =>
    [...Map.groupBy(answers, ({ machine }) => machine).values()].flatMap((ofMachine) => {
      const kept = ofMachine.flatMap(({ deliveryId = '', skew }) => {
        const handed = rejections.get(deliveryId);
        return handed === undefined ? [] : [{ ...handed, skew }];
      });
      return [...Map.groupBy(kept, ({ isSigned }) => isSigned).values()].flatMap((ofKind) =>
        ofKind.flatMap(({ receivedAt, source, skew }, index) => {
          const later = ofKind[index + MOST_IN_A_MINUTE];
          const isMany = later !== undefined && later.skew === skew && later.receivedAt - receivedAt < 50_000;
          return isMany
            ? [`an instance of ${source} handed over more than ${MOST_IN_A_MINUTE} a minute`]
            : [];
        }),
      );
    }),

  'what is handed over is kept within the quota of its kind, or it is counted': ({ rejections, quotas }) => {
    const ofDays = Map.groupBy(rejections.values(), ({ source, receivedAt, isSigned }) =>
      // As it is in the table. The function that makes it may be a mistake.
      ['rejected-quota', source, dayOf(receivedAt), isSigned ? 'rejected-signed' : 'rejected'].join('/'),
    );
    return [...ofDays].flatMap(([day, handed]) => {
      const kept = handed.filter(({ isKept }) => isKept);
      const taken = quotas.get(day) ?? 0;
      const isCountedAgain = handed.some((one) => one.isCountedAgain);
      const mayBeFull = handed.length > QUOTA || isCountedAgain;
      return [
        ...(taken > handed.length && !isCountedAgain
          ? [`${handed.length} rejected deliveries took ${taken} of ${day}`]
          : []),
        ...(kept.length > QUOTA
          ? [`${kept.length} rejected deliveries are kept of ${day}, not ${QUOTA}`]
          : []),
        ...handed.flatMap(({ id, keeping, isKept }) => {
          if (keeping === 'kept' && isKept) return [];
          if (keeping === 'over-quota' && !isKept && mayBeFull) return [];
          return [`the rejected delivery ${id} of ${day} was handed over and is not kept: ${keeping}`];
        }),
      ];
    });
  },

  'no secret is kept': ({ rejections }) =>
    [...rejections.values()]
      .filter(({ text }) => SECRET.test(text))
      .map(({ id }) => `a secret is kept with ${id}`),

  'what is genuine by the settings of today is taken back, and nothing else': (history) =>
    history.retrials.flatMap((run) => {
      const { retrials, ending, faults } = run;
      if (retrials !== undefined) return retrials.flatMap((one) => wrongIn(one, run, history));
      return faults.length > 0 ? [] : [`what checks again ${ending}, and nothing was wrong`];
    }),

  'what is said to be taken back is stored, once, and after a trial nothing is': ({
    retrials,
    confirmations,
    rejections,
  }) =>
    retrials.flatMap((run, index) => {
      const { op, stored, retrials: said = [] } = run;
      if (op === 'check') return stored.map(({ retryOf }) => `${retryOf} was stored by a trial`);
      const earlier = retrials.slice(0, index).filter((one) => one.faults.length === 0 && one.to <= run.from);
      const before = new Set(earlier.flatMap((one) => one.stored.map(({ retryOf }) => retryOf)));
      const ids = new Set(stored.map(({ deliveryId }) => deliveryId));
      return [
        ...stored
          .filter(({ retryOf }) => before.has(retryOf))
          .map(({ retryOf }) => `${retryOf} was stored again`),
        ...said
          .filter(({ outcome, deliveryId }) => outcome === 'stored' && !ids.has(deliveryId ?? ''))
          .map(({ id }) => `${id} is said to be stored, and is not`),
        ...said
          .filter(({ outcome }) => outcome === 'confirmed')
          .filter(({ id }) => confirmations.get(rejections.get(id)?.token ?? '')?.confirmed !== 1)
          .map(({ id }) => `${id} is said to be confirmed, and is not`),
      ];
    }),

  'what is taken back is stored in the order of its receipt, and nothing behind what failed': ({
    retrials,
  }) =>
    retrials.flatMap((run) => [
      ...ofEachSource(run.stored).flatMap((stored) =>
        stored.flatMap(({ receivedAt, retryOf }, index) =>
          receivedAt < Number(stored[index - 1]?.receivedAt) ? [`${retryOf} was overtaken`] : [],
        ),
      ),
      ...ofEachSource(run.retrials ?? []).flatMap((said) => {
        const failed = said.findIndex(({ outcome }) => outcome === 'failed' || outcome === 'not-tried');
        return said
          .slice(failed === -1 ? said.length : failed)
          .filter(({ outcome }) => TAKEN_BACK.has(outcome))
          .map(({ id }) => `${id} was taken back before one that failed`);
      }),
    ]),

  'what is taken back does not count as late': ({ fanOuts, stored }) =>
    fanOuts.flatMap(({ lags }) =>
      lags.flatMap(({ deliveryId, lagMs, at }) => {
        const delivery = stored.find((one) => one.deliveryId === deliveryId);
        if (delivery?.retryOf === undefined || lagMs <= at - delivery.at + CLOCKS_DIFFER) return [];
        return [`${delivery.retryOf} counts as late, by ${lagMs} ms`];
      }),
    ),
};

/** What is wrong with what was said of a rejected delivery. */
const wrongIn = (
  { id, outcome, reason }: Retrials[number],
  run: RetryRun,
  history: History,
): readonly string[] => {
  const rejected = history.rejections.get(id);
  if (rejected === undefined || outcome === 'unknown' || outcome === 'done-before') return [];
  const isDue = isGenuine(rejected, run, history);
  if (TAKEN_BACK.has(outcome)) return isDue === false ? [`${id} is not genuine, and was taken back`] : [];
  if (isDue !== true) return [];
  if (outcome === 'refused' && !UNSURE.has(reason ?? ''))
    return [`${id} is genuine and is refused again: ${reason}`];
  return run.faults.length > 0 || run.remembersFault
    ? []
    : [`${id} is genuine and was not taken back: ${outcome}, ${reason}`];
};

// ---- words

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 'YYYY-MM-DD'.length);

const ofEachSource = <T extends { readonly source?: string }>(
  list: readonly T[],
): readonly (readonly T[])[] => [...Map.groupBy(list, ({ source }) => source).values()];

/** An instance hands over so many at once, and as many more within a minute. */
const MOST_IN_A_MINUTE = 2 * 6;

/** How the secrets of Avaza begin, which come in a header: the base64 of `avaza `. */
const SECRET = /whsec_YXZhemEg/;

const isToBeKept = ({ status = 0, lines }: Answer): boolean =>
  (status >= 400 && status < 500 && status !== 413) || reasonOf(lines) === 'secret-unset';

/** Whether its instance refused so many before that it may hand over no more. */
const isBusy = ({ machine, receivedAt }: Answer, answers: readonly Answer[]): boolean =>
  answers.filter((one) => one.machine === machine && one.receivedAt <= receivedAt && isToBeKept(one)).length >
  6;

const TAKEN_BACK: ReadonlySet<Retrials[number]['outcome']> = new Set([
  'stored',
  'confirmed',
  'would-store',
  'would-confirm',
]);

/** What was asked for outside and failed; it may be final. */
const UNSURE: ReadonlySet<string> = new Set(['confirmation-failed']);

/** Whether a rejected delivery is genuine by the settings at the time of a call; undefined where it may be either. */
const isGenuine = (
  rejected: HandedRejection,
  run: RetryRun,
  { schedule, posts }: History,
): boolean | undefined => {
  const { source, receivedAt, names, token } = rejected;
  const isForged =
    token === undefined
      ? names.some((name) => Number(name.split('/')[0]) >= FORGED)
      : token.startsWith('forged');
  if (isForged) return false;
  const mistakes = schedule.steps.filter(
    (step): step is MistakeStep => step.step === 'mistake' && step.source === source,
  );
  const isIn = (at: number) => (mistake: MistakeStep) =>
    BEGINNING + mistake.at <= at && at < BEGINNING + mistake.at + mistake.lasts;
  const [before, after] = [mistakes.find(isIn(run.from)), mistakes.find(isIn(run.to))];
  if (before !== undefined) return after === before || !isOfSecret(before) ? false : undefined;
  if (token !== undefined || source === 'ivvy') return true;
  // Which of the secrets it was signed with: a try with another one may have come in the same moment.
  const posted = posts.filter((post) => post.source === source && post.receivedAt === receivedAt);
  const current = run.generations.get(source);
  const isOfCurrent = posted.every(
    ({ request }) => request.kind === 'event' && request.generation === current,
  );
  return isOfCurrent ? true : undefined;
};
