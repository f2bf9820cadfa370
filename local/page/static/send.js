import { ask, byId, element } from './dom.js';

/** The form that sends a sample. */
export const showSend = (sources) => {
  const form = byId('send');
  const { source, event } = form.elements;
  const sent = byId('sent');
  form.hidden = sources.length === 0;

  const showEvents = () => {
    const { events = [], defaultEvent } = sources.find(({ name }) => name === source.value) ?? {};
    event.replaceChildren(
      ...events.map((name) => element('option', { value: name, selected: name === defaultEvent }, name)),
    );
  };
  source.replaceChildren(...sources.map(({ name }) => element('option', { value: name }, name)));
  source.addEventListener('change', showEvents);
  showEvents();

  form.addEventListener('submit', async (submitted) => {
    submitted.preventDefault();
    const how = submitted.submitter?.value ?? 'genuine';
    sent.className = 'faint';
    sent.textContent = 'sending …';
    try {
      const answers = await ask('/api/send', { source: source.value, event: event.value, how });
      sent.className = answers.every(({ isRight }) => isRight) ? 'good' : 'bad';
      sent.textContent = `${event.value}: ${answers.map(({ status, text }) => `${status} ${text}`).join(', then ')}`;
    } catch (error) {
      sent.className = 'bad';
      sent.textContent = error.message;
    }
  });
};
