import { type Html, html, json } from './html.ts';

/** A button of the widget. */
export interface Action {
  readonly label: Html | string;
  /** The ARN of the function that it calls. */
  readonly endpoint: string;
  readonly parameters: object;
  /** Shows the response in place of the widget, or in a pop-up. Default: `widget`. */
  readonly display?: 'widget' | 'popup';
  /** The question asked before the call. Default: none. */
  readonly confirmation?: string;
  readonly look?: 'btn' | 'btn btn-primary' | 'gp-link';
}

/**
 * A button that calls a function. In CloudWatch, `cwdb-action` is the action of the preceding element.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_interactivity.html
 */
export const actionButton = (action: Action): Html => {
  const { label, endpoint, parameters, display = 'widget', confirmation, look = 'btn' } = action;
  return html`<button type="button" class="${look}">${label}</button><cwdb-action action="call" display="${display}" endpoint="${endpoint}"${
    confirmation === undefined ? undefined : html` confirmation="${confirmation}"`
  }>${json(parameters)}</cwdb-action>`;
};
