import { type Html, html, json } from './html.ts';

/** A button of the widget: what it says, which function it calls, and with what. */
export interface Action {
  readonly label: Html | string;
  /** The ARN of the function. */
  readonly endpoint: string;
  readonly parameters: object;
  /** Where the answer is shown: instead of the widget, or in front of it. Default: instead of it. */
  readonly display?: 'widget' | 'popup';
  /** What is asked before. Default: nothing. */
  readonly confirmation?: string;
  readonly look?: 'btn' | 'btn btn-primary' | 'gp-link';
}

/**
 * A button that calls a function. CloudWatch takes `cwdb-action` for what the element right before it does.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_interactivity.html
 */
export const actionButton = (action: Action): Html => {
  const { label, endpoint, parameters, display = 'widget', confirmation, look = 'btn' } = action;
  return html`<button type="button" class="${look}">${label}</button><cwdb-action action="call" display="${display}" endpoint="${endpoint}"${
    confirmation === undefined ? undefined : html` confirmation="${confirmation}"`
  }>${json(parameters)}</cwdb-action>`;
};
