import type { Documentation } from '../lambdas/providers/shapes/documentation.ts';
import { entitiesOf } from '../lambdas/providers/shared/catalogue.ts';
import { exampleEvent } from './example-event.ts';
import { table } from './markdown-table.ts';
import { writePrettyJson } from './pretty-json.ts';

/** The page of all events, in Markdown. */
export const eventsPage = (documented: Readonly<Record<string, Documentation>>): string => {
  const providers = Object.entries(documented);
  return `${[
    intro(providers),
    queues(providers.map(([, documentation]) => documentation)),
    ...providers.map(([name, documentation]) => provider(name, documentation)),
    generic(),
    CONSUMERS,
  ].join('\n\n')}\n`;
};

const intro = (providers: readonly (readonly [name: string, Documentation])[]): string => `\
<!-- Made by \`npm run docs\` from lambdas/providers/*/catalogue.ts and data.ts: change those, not this. -->

# Events

What a provider sends arrives in an SQS queue as a [CloudEvent 1.0](https://cloudevents.io) in structured JSON:

\`\`\`json
${writePrettyJson(exampleEvent()).trimEnd()}
\`\`\`

- **\`type\`** is \`<provider>.<entity>.<action>\`. Actions are \`created\`, \`updated\` and \`deleted\` where the provider means that, else its own verb. The provider's own name for the event is \`providertype\`.
- **The queue** is the entity's: \`company.fifo\` here, in AWS with the stack's prefix, \`gatepost-company.fifo\`.
- **\`id\`** is the event key: \`<source>:\` and a hash of what tells the event from any other. It is the same each time that the event is delivered.
- **\`replayof\`** is only on an event that somebody of yours sent again out of the event log, and is the \`id\` that it had before. Its own \`id\` is another one, so that nobody takes it for a duplicate.
- **\`subject\`** is the entity's id. In a queue, events with the same \`source\` and \`subject\` stay in order.
- **\`data\`** is the provider's payload, untouched.

Below: ${providers.map(([, { title }]) => `[${title}](#${anchor(title)})`).join(', ')}, and [any other provider](#any-other-provider).

## Names that are not listed

An event that the provider invented yesterday is not lost:

- A name that begins like one that is listed goes to that entity's queue, with the rest of it as the action: \`CompanyMerged\` of iVvy becomes \`ivvy.company.merged\`. The longest such beginning counts; \`order_created\`, \`order.created\` and \`OrderCreated\` are spelled alike.
- Any other goes to \`unrecognized.fifo\` as \`<provider>.unrecognized.received\`, with \`"reason": "unknown-event"\` and its payload. So does what is authentic but not understood, with another reason.`;

const queues = (providers: readonly Documentation[]): string => {
  const entities = [...new Set(providers.flatMap(({ catalogue }) => entitiesOf(catalogue)))].sort();
  return `\
## Queues

One queue an entity, whoever it is from: where several providers are named, their events share it, and \`provider\` tells them apart. The stack makes the queues of the sources that it is configured with.

${table(
  ['queue', 'events of'],
  ...entities.map((entity) => {
    const from = providers.filter(({ catalogue }) => entitiesOf(catalogue).includes(entity));
    return [`\`${entity}.fifo\``, from.map(({ title }) => `[${title}](#${anchor(title)})`).join(', ')];
  }),
  ['`unrecognized.fifo`', 'all: what is authentic, but not understood'],
)}`;
};

const provider = (name: string, documentation: Documentation): string => {
  const { title, page, catalogue, payload, key, data, remarks } = documentation;
  return `\
## ${title}

Provider \`${name}\`. Its own description: <${page}>

- **Data:** ${payload}
- **Event key:** ${key}
${remarks.map((remark) => `- ${remark}`).join('\n')}

${table(
  ['event', "its entity's queue", 'action', 'type; with a link, its `data` is documented'],
  ...Object.entries(catalogue).map(([event, meaning]) => {
    const [entity = '', action = ''] = meaning.split('.');
    const type = `\`${name}.${meaning}\``;
    return [
      `\`${event}\``,
      `\`${entity}.fifo\``,
      action,
      Object.hasOwn(data, meaning) ? `[${type}](schemas/${name}/${meaning}.json)` : type,
    ];
  }),
)}

${subjects(documentation)}`;
};

/** Where each entity's id is from: a sentence where that is the same for all of them, else a table. */
const subjects = ({ catalogue, entityIds }: Documentation): string => {
  const places = entitiesOf(catalogue).map((entity) => [entity, placesOf(entityIds(entity))] as const);
  const [[, first = ''] = []] = places;
  return places.every(([, place]) => place === first)
    ? `The entity's id, \`subject\`, is ${first}.`
    : `The entity's id, \`subject\`:\n\n${table(
        ['entity', 'id'],
        ...places.map(([entity, place]) => [`\`${entity}\``, place]),
      )}`;
};

const placesOf = (paths: readonly string[]): string =>
  paths.length === 0 ? 'none' : paths.map((path) => `\`data.${path}\``).join(', else ');

const generic = (): string => `\
## Any other provider

The providers \`standard-webhooks\` and \`hmac\` stand for any SaaS, so they have no events of their own: a source's settings say what the SaaS is called (\`name\`) and what each of its events means (\`events: { 'issues.opened': 'issue.opened' }\`). From these come its types, \`github.issue.opened\`, and its queues, \`issue.fifo\`, by the rules above.

${table(
  ['', '`standard-webhooks`', '`hmac`'],
  ["event's name", '`typeField` in the body', '`eventName`, in header or body'],
  [
    'event key',
    'the `webhook-id` header and the name',
    '`eventId` and the name; where there is no id, the name and a hash of the body',
  ],
  ["entity's id", '`entityIdField`', '`entityId`'],
  ['time', '`timeField`', '`time`'],
  [
    '`data`',
    '`dataField`; where that is missing, the whole body',
    '`data`; where that is missing, the whole body',
  ],
)}`;

const CONSUMERS = `\
## Types and schemas

\`lambdas/events/event.ts\` has the types of all this and pulls in no other code:

\`\`\`ts
import { isEvent, parseEvent } from './lambdas/events/event.ts';

const event = parseEvent(record.body);
if (isEvent(event, 'ivvy.company.created', 'ivvy.company.updated')) {
  console.log(event.data.data?.businessName); // string | null | undefined
}
\`\`\`

For other languages, [schemas/](schemas) has a JSON Schema (draft 2020-12) of each documented \`data\`. Both say what to expect, with every field optional; Gatepost holds nothing against them and turns nothing away for its shape.`;

/** How GitHub names a heading. */
const anchor = (title: string): string => title.toLowerCase().replaceAll(' ', '-');
