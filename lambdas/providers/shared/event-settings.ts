import * as v from 'valibot';
import { UNRECOGNIZED } from '../../core/entity.ts';
import { SOURCE_NAME } from '../../core/source.ts';

const SHOULD_NAME = 'must be the name of the SaaS: lower-case words joined by hyphens, such as "github"';
const SHOULD_LIST = 'must list at least one event by its name, such as { "issues.opened": "issue.opened" }';
const SHOULD_MEAN = 'must mean an entity and an action, in lower case, such as "issue.opened"';

const MEANING = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*\.[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** Part of the settings of every generic provider. */
export const eventSettings = {
  /** The name of the SaaS: the `provider` of its events, and the prefix of their types. `github` */
  name: v.pipe(v.string(SHOULD_NAME), v.regex(SOURCE_NAME, `${SHOULD_NAME}, 32 characters at most`)),

  /**
   * Its event names and their meanings, `<entity>.<action>`: `{ 'issues.opened': 'issue.opened' }`. Each entity has a queue. An
   * event that isn't listed goes to the queue of an entity that matches its prefix.
   */
  catalogue: v.pipe(
    v.record(
      v.string(),
      v.pipe(
        v.custom<`${string}.${string}`>(isMeaning, SHOULD_MEAN),
        v.check(
          (meaning) => isQueueName(meaning.slice(0, meaning.indexOf('.'))),
          `must be about an entity that can be a queue: 40 characters at most, and not "${UNRECOGNIZED}", "intake" or "…-dlq"`,
        ),
      ),
      SHOULD_LIST,
    ),
    v.check((catalogue) => Object.keys(catalogue).length > 0 && !Object.hasOwn(catalogue, ''), SHOULD_LIST),
  ),

  /** The names of test events, which are answered but not stored. Default: none. */
  testEvents: v.optional(
    v.array(v.string('must be the name of an event'), 'must list names of events, such as ["ping"]'),
    [],
  ),
} as const;

function isMeaning(text: unknown): boolean {
  return typeof text === 'string' && MEANING.test(text);
}

const isQueueName = (entity: string): boolean =>
  entity.length <= 40 && entity !== UNRECOGNIZED && entity !== 'intake' && !entity.endsWith('-dlq');
