/**
 * What CloudWatch shows of a widget's function before the widget is made. The first block of YAML becomes the widget's
 * parameters.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_about.html
 */
export const CONSOLE_DOCUMENTATION = `## Gatepost: events

Lists the events that came in the time range of the dashboard, newest first. An event's name opens it: its way through the stages, the headers that were kept, its duplicates and replays, and its payload where the setting \`consolePayloads\` says so.

### Parameters

All may be left out; they are what the list shows at first.

\`\`\`yaml
source: ''
entity: ''
id: ''
duplicates: false
\`\`\`

Param | Meaning
---|---
**source** | The name of a source, such as \`ivvy\`
**entity** | The type of thing, such as \`company\`
**id** | The id of the entity
**duplicates** | \`true\` lists only what was delivered more than once

Viewing it takes \`lambda:InvokeFunction\` on this function; replaying takes it on the function that the button calls as well.
`;

export const REPLAY_DOCUMENTATION = `## Gatepost: replay

Sends one event again, for the button *Replay* of the events widget. It is no widget by itself: with parameters of a widget it sends nothing.
`;
