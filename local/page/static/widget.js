import { ask, byId } from './dom.js';

// A widget as CloudWatch shows it: the HTML of a function without anything that could run, and its cwdb-actions.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/add_custom_widget_dashboard_interactivity.html

/** Only for the parser below, whose document runs nothing. What comes out of it is cleaned before it is shown. */
const policy = globalThis.trustedTypes?.createPolicy('widget', { createHTML: (text) => text }) ?? {
  createHTML: (text) => text,
};

const NEVER = 'script, iframe, use, object, embed, link, meta, base, frame, frameset, template';

const STYLES = /<style>([\s\S]*?)<\/style>/g;

const dark = matchMedia('(prefers-color-scheme: dark)');

/** Shows what the function of that ARN returns. */
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
    // Not by the parser, for the page takes no style from within: these are for the inside of the widget alone.
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

  /** The latest that was asked for counts: what comes later of something earlier is dropped. */
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
    else if (document.activeElement === document.body) goOnFrom(host.parentElement);
  };

  /**
   * The button that was pressed is gone, and a keyboard goes on from what is around the widget. Not from the widget: what
   * has no place in the order of the keyboard takes all that is in its shadow with it.
   */
  const goOnFrom = (panel) => {
    panel.focus({ preventScroll: true });
    scrollTo(0, 0);
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

/** Without what CloudWatch takes out, and without whatever else could run or load something. */
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

/** The fields of the widget, as a browser would send them: of a checkbox nothing, where it isn't checked. */
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
