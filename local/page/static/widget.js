import { ask, byId } from './dom.js';

// A custom widget as in CloudWatch: the HTML that a function returns, without scripts, and with its cwdb-actions.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_interactivity.html

/** Only for the parser below, whose document runs no scripts. Its result is cleaned before it is shown. */
const policy = globalThis.trustedTypes?.createPolicy('widget', { createHTML: (text) => text }) ?? {
  createHTML: (text) => text,
};

const NEVER = 'script, iframe, use, object, embed, link, meta, base, frame, frameset, template';

const STYLES = /<style>([\s\S]*?)<\/style>/g;

const dark = matchMedia('(prefers-color-scheme: dark)');

/** Shows the result of the function with this ARN. */
export const mountWidget = (host, endpoint, timeRange) => {
  const content = host.attachShadow({ mode: 'open' });
  const popup = byId('popup');
  const popupContent = byId('popup-content').attachShadow({ mode: 'open' });

  const call = async (functionArn, parameters) => {
    const { result } = await ask('/api/call', {
      endpoint: functionArn,
      event: {
        ...parameters,
        widgetContext: {
          dashboardName: 'local',
          widgetId: 'widget-1',
          accountId: '000000000000',
          locale: 'en',
          timezone: timezone(),
          period: 300,
          isAutoPeriod: true,
          timeRange: timeRange(),
          theme: dark.matches ? 'dark' : 'light',
          linkCharts: true,
          title: 'Events',
          forms: { all: fieldsOf(content) },
          params: {},
          width: host.clientWidth,
          height: host.clientHeight,
        },
      },
    });
    return result;
  };

  const show = (root, result) => {
    const text = typeof result === 'string' ? result : '<pre></pre>';
    const parsed = clean(text.replace(STYLES, ''));
    if (typeof result !== 'string')
      parsed.body.firstChild.textContent = result?.markdown ?? JSON.stringify(result);
    // The page's policy forbids inline styles. Adopted style sheets apply to the inside of the widget only.
    root.adoptedStyleSheets = [...text.matchAll(STYLES)].map(([, rules]) => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(rules);
      return sheet;
    });
    root.replaceChildren(...parsed.body.childNodes);
    for (const action of root.querySelectorAll('cwdb-action')) wire(action);
    for (const form of root.querySelectorAll('form')) {
      form.addEventListener('submit', (submitted) => {
        submitted.preventDefault();
        form.querySelector('.btn-primary')?.click();
      });
    }
  };

  const wire = (action) => {
    const trigger = action.previousElementSibling;
    const isCall = action.getAttribute('action') === 'call';
    const inPopup = action.getAttribute('display') === 'popup';
    trigger?.addEventListener(action.getAttribute('event') ?? 'click', async () => {
      const confirmation = action.getAttribute('confirmation');
      if (confirmation !== null && !(await confirmed(confirmation))) return;
      await replace(inPopup, () =>
        isCall
          ? call(action.getAttribute('endpoint'), JSON.parse(action.textContent || '{}'))
          : action.innerHTML,
      );
    });
  };

  /** Only the result of the latest request is shown. */
  let latest = 0;
  const replace = async (inPopup, ask) => {
    const mine = ++latest;
    host.setAttribute('aria-busy', 'true');
    if (!inPopup && content.childElementCount === 0) content.textContent = 'Loading …';
    let result;
    try {
      result = await ask();
    } catch (error) {
      if (mine === latest) showFault(inPopup ? popupContent : content, error.message);
      if (inPopup && mine === latest) popup.showModal();
      return;
    } finally {
      if (mine === latest) host.setAttribute('aria-busy', 'false');
    }
    if (mine !== latest) return;
    show(inPopup ? popupContent : content, result);
    if (inPopup) popup.showModal();
    else if (document.activeElement === document.body) {
      // The pressed button is gone, so the focus moves to the panel around the widget. A negative tabindex on the widget
      // itself would exclude the content of its shadow root from keyboard navigation.
      host.parentElement.focus({ preventScroll: true });
      scrollTo(0, 0);
    }
  };

  const showFault = (root, text) => {
    const paragraph = document.createElement('p');
    paragraph.setAttribute('role', 'alert');
    paragraph.textContent = text;
    root.replaceChildren(paragraph);
  };

  dark.addEventListener('change', () => {
    for (const root of [content, popupContent]) {
      for (const part of root.querySelectorAll('.gp')) {
        part.classList.toggle('gp-dark', dark.matches);
        part.classList.toggle('gp-light', !dark.matches);
      }
    }
  });

  return {
    open: (parameters = {}) => replace(false, () => call(endpoint, parameters)),
  };
};

/** Removes what CloudWatch removes, and everything else that could run or load something. */
const clean = (text) => {
  const parsed = new DOMParser().parseFromString(policy.createHTML(text), 'text/html');
  for (const forbidden of parsed.querySelectorAll(NEVER)) forbidden.remove();
  for (const each of parsed.querySelectorAll('*')) {
    for (const { name, value } of [...each.attributes]) {
      if (name.startsWith('on') || /^\s*javascript:/i.test(value)) each.removeAttribute(name);
    }
  }
  return parsed;
};

/** The fields of the widget's forms, as a browser sends them: without unchecked checkboxes. */
const fieldsOf = (root) => {
  const fields = {};
  for (const { name, type, checked, value } of root.querySelectorAll('input, select, textarea')) {
    if (name === '' || (['checkbox', 'radio'].includes(type) && !checked)) continue;
    fields[name] = value;
  }
  return fields;
};

const confirmed = async (question) => {
  const dialog = byId('question');
  byId('question-text').textContent = question;
  dialog.returnValue = '';
  dialog.showModal();
  await new Promise((resolve) => dialog.addEventListener('close', resolve, { once: true }));
  return dialog.returnValue === 'yes';
};

const timezone = () => {
  const minutes = -new Date().getTimezoneOffset();
  const part = (value) => String(Math.floor(Math.abs(value))).padStart(2, '0');
  return {
    label: 'Local',
    offsetISO: `${minutes < 0 ? '-' : '+'}${part(minutes / 60)}:${part(minutes % 60)}`,
    offsetInMinutes: minutes,
  };
};
