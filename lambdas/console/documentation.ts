/**
 * The documentation that CloudWatch shows when a widget is created. The first block of YAML becomes its parameters.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_about.html
 */
export const CONSOLE_DOCUMENTATION = `## Gatepost: events

Lists the events that were received in the dashboard's time range, newest first. An event's name opens it: its path through the stages, its stored headers, its duplicates and replays, and its payload if the setting \`consolePayloads\` is on. *Rejected deliveries* lists what was refused and is kept.

### Parameters

All are optional; they are the list's initial filter.

\`\`\`yaml
source: ''
entity: ''
id: ''
duplicates: false
\`\`\`

Param | Meaning
---|---
**source** | The name of a source, such as \`ivvy\`
**entity** | The type of entity, such as \`company\`
**id** | The id of the entity
**duplicates** | \`true\` lists only events that were delivered more than once
**view** | \`rejected\` begins with the list of rejected deliveries; then **source**, **reason** and **id** are its filter

Viewing requires \`lambda:InvokeFunction\` on this function; replaying, and opening a rejected delivery, also require it on the functions that the buttons call.
`;

export const REPLAY_DOCUMENTATION = `## Gatepost: replay

Replays one event, for the button *Replay* of the events widget. It can't be used as a widget: with parameters of a widget it sends nothing.
`;

export const REJECTED_DOCUMENTATION = `## Gatepost: rejected deliveries

Opens one rejected delivery and takes it back, for the buttons of the events widget. It can't be used as a widget: with parameters of a widget it stores nothing.
`;
