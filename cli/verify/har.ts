import * as v from 'valibot';
import { type Capture, dateOf, type Header, notReadable } from './capture.ts';

const PairsSchema = v.array(v.object({ name: v.string(), value: v.string() }));

const EntrySchema = v.object({
  startedDateTime: v.optional(v.string()),
  request: v.object({
    method: v.string(),
    url: v.string(),
    headers: v.optional(PairsSchema, []),
    postData: v.optional(
      v.object({
        text: v.optional(v.string()),
        params: v.optional(v.array(v.object({ name: v.string(), value: v.optional(v.string(), '') }))),
        /** Of some tools, for a body that is not text. */
        encoding: v.optional(v.string()),
      }),
    ),
  }),
});

const HarSchema = v.object({ log: v.object({ entries: v.array(v.unknown()) }) });

type Entry = v.InferOutput<typeof EntrySchema>;

/** Whether a text is HAR. */
export const isHar = (text: string): boolean => text.startsWith('{') && parse(text) !== undefined;

const parse = (text: string): v.InferOutput<typeof HarSchema> | undefined => {
  try {
    const { success, output } = v.safeParse(HarSchema, JSON.parse(text));
    return success ? output : undefined;
  } catch {
    // V8's message would quote the text.
    return undefined;
  }
};

/**
 * Reads a request of a HAR file.
 *
 * @param number of the entry, from 1 on. Default: the first POST.
 * @throws {CliError} where there is none.
 * @see http://www.softwareishard.com/blog/har-12-spec/
 */
export const readHar = (text: string, number: number | undefined): Capture => {
  const entries = parse(text)?.log.entries ?? [];
  const index = number === undefined ? entries.findIndex(isPost) : number - 1;
  const { success, output } = v.safeParse(EntrySchema, entries[index]);
  if (!success) {
    throw notReadable(
      number === undefined
        ? `the HAR file has no POST among its ${entries.length} entries (--entry names another).`
        : `the HAR file has no entry ${number} with a request; it has ${entries.length} entries.`,
    );
  }
  return captureOf(output);
};

const isPost = (entry: unknown): boolean => {
  const { success, output } = v.safeParse(EntrySchema, entry);
  return success && output.request.method.toUpperCase() === 'POST';
};

const captureOf = ({ startedDateTime = '', request }: Entry): Capture => {
  const { method, url, postData } = request;
  // HTTP/2 has its request line in headers.
  const headers = request.headers
    .filter(({ name }) => !name.startsWith(':'))
    .map(({ name, value }): Header => [name, value]);
  const started = Date.parse(startedDateTime);
  const capturedAt = Number.isNaN(started) ? dateOf(headers) : new Date(started);
  return {
    format: 'HAR',
    method: method.toUpperCase(),
    url: url.replace(/#.*$/s, ''),
    headers,
    body: bodyOf(postData),
    ...(capturedAt !== undefined && { capturedAt }),
  };
};

const bodyOf = (postData: Entry['request']['postData']): Buffer => {
  const { text, params = [], encoding } = postData ?? {};
  if (text !== undefined) return Buffer.from(text, encoding === 'base64' ? 'base64' : 'utf8');
  const form = new URLSearchParams();
  for (const { name, value } of params) form.append(name, value);
  return Buffer.from(form.toString());
};
