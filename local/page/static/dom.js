/** Creates an element. Text children are never parsed as markup. */
export const element = (tag, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children.filter((child) => child !== undefined));
  return made;
};

export const byId = (id) => document.getElementById(id);

/** Requests JSON from the local stack. Throws an error with a message for the user. */
export const ask = async (path, body) => {
  const response = await fetch(path, {
    ...(body !== undefined && {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  }).catch(() => undefined);
  if (response === undefined) throw new Error('The local stack no longer responds.');
  const answer = await response.json();
  if (!response.ok) throw new Error(`${answer.error}.`);
  return answer;
};

/** Indents JSON; returns other text unchanged. Numbers are not parsed, so they are not rounded. */
export const indent = (text) => {
  try {
    JSON.parse(text);
  } catch {
    return text;
  }
  let depth = 0;
  return text.replace(/"(?:[^"\\]|\\.)*"|[{[]\s*[}\]]|[{}[\],:]|\s+/g, (token) => {
    if (/^\s/.test(token)) return '';
    const line = () => `\n${'  '.repeat(depth)}`;
    if (token === '{' || token === '[') {
      depth++;
      return token + line();
    }
    if (token === '}' || token === ']') {
      depth--;
      return line() + token;
    }
    if (token === ',') return token + line();
    return token === ':' ? ': ' : token;
  });
};

/** The time of day, in seconds. */
export const clock = (time) => new Date(time).toLocaleTimeString('en-GB');
