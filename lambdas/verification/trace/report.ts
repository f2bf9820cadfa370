import type { KeyTrace, NearMiss, Outcome, ProofTrace, Trace } from './trace.ts';

/** What a trace does not know. */
export interface Circumstances {
  /** Whether the current time stands for the time of receipt: a capture is often checked later. */
  readonly isClockNow: boolean;
  /** The lines on the events of a genuine request. */
  readonly events?: readonly string[];
}

/** A trace in words. Like the trace it holds no payload, secret, signature or token. */
export interface Report {
  /** A sentence each: the outcome, and the most likely causes. */
  readonly said: readonly string[];
  /** What was looked at, in order. */
  readonly looked: readonly Fact[];
}

/** What was looked at. Without a title it belongs to the one before. */
export interface Fact {
  readonly title: string;
  readonly text: string;
}

/** The outcome, the most likely cause, and what was looked at. */
export const reportOf = (trace: Trace, circumstances: Circumstances): Report => ({
  said: [outcomeText(trace), ...(circumstances.events ?? []), ...causes(trace, circumstances)],
  looked: [...facts(trace), ...faults(trace)],
});

/** The report of a trace in short lines. */
export const reportText = (trace: Trace, circumstances: Circumstances): string =>
  linesOf(reportOf(trace, circumstances));

/** A report in short lines. */
export const linesOf = ({ said, looked }: Report): string => {
  const lines = looked.map(({ title, text }) => `${title.padEnd(8)}${text}`);
  return [...said, ...(lines.length === 0 ? [] : ['', ...lines])].join('\n');
};

const outcomeText = (trace: Trace): string => {
  const { outcome, handshake } = trace;
  switch (outcome.kind) {
    case 'genuine':
      return handshake ? handshakeText(trace) : `Genuine: the source makes of it: ${outcome.result}.`;
    case 'undecided':
      return `Undecided: ${outcome.detail}. Add --fetch to ask.`;
    default:
      return [
        `Refused with ${outcome.status}, ${reasonText(outcome)}.`,
        ...(handshake ? ['It looks like the handshake of the source.'] : []),
      ].join(' ');
  }
};

const handshakeText = ({ answer }: Trace): string =>
  answer === undefined
    ? 'Genuine: it is the handshake of the source.'
    : `A handshake, ${answer.signed ? 'signed' : 'not signed'}. Answer: ${answer.status}, ${answer.type}`;

/** The reason, and what is known beyond it. */
export const reasonText = ({ reason, detail }: Extract<Outcome, { kind: 'rejected' }>): string =>
  detail === reason ? reason : `${reason}: ${detail}`;

const causes = (trace: Trace, { isClockNow }: Circumstances): readonly string[] => {
  const { outcome, nearMisses, keys = [] } = trace;
  if (outcome.kind !== 'rejected') return [];
  const [first, ...others] = nearMisses;
  const ofClock =
    outcome.reason === 'stale' && isClockNow
      ? ['The current time was taken for the time of receipt: with --received-at it may fit.']
      : [];
  if (first !== undefined) {
    return [
      `Most likely: ${nearMissText(first)}`,
      ...others.map((nearMiss) => `Or: ${nearMissText(nearMiss)}`),
      ...ofClock,
    ];
  }
  if (keys.some(({ fits }) => fits)) {
    return ['The signature fits: what is wrong is something else.', ...ofClock];
  }
  return [...searchText(trace), ...ofClock];
};

/** Another secret is the last thing to suspect: what shows in the request comes first. */
const searchText = ({ outcome, search, hints = [] }: Trace): readonly string[] => {
  if (search === undefined) return hints;
  const isMismatch = outcome.kind === 'rejected' && outcome.reason === 'signature-mismatch';
  const tried = search.complete
    ? `Nothing that is known would make it fit (${search.attempts} ways were tried)`
    : `The body is large: only ${search.attempts} ways were tried, and none fits`;
  if (hints.length > 0) return [`${tried}. What shows in the request:`, ...hints.map((hint) => `- ${hint}`)];
  return [isMismatch && search.complete ? `${tried}: ${NOTHING}` : `${tried}.`];
};

const NOTHING = 'most likely it was signed with another secret.';

const nearMissText = ({ says, key, code }: NearMiss): string =>
  `${says}${key === 'previous secret' ? ' That is the previous secret.' : ''} [${code}]`;

const facts = (trace: Trace): readonly Fact[] => {
  const { method, proof, signed = [], keys = [], time, token, sns, answer } = trace;
  // It is answered before a key is looked at.
  if (answer?.signed === false) return [];
  return [
    line('Method', method),
    ...(proof === undefined ? [] : proofLines(proof)),
    ...signed.flatMap(({ length, sha256, parts }) => [
      line('Signed', `${length} bytes, SHA-256 ${sha256}`),
      ...parts.map(({ part, from, to }) => line('', `${from}–${to}  ${part}`)),
    ]),
    ...keys.map((key) => line('Key', keyText(key))),
    ...(time === undefined
      ? []
      : [
          line(
            'Time',
            time.seconds === undefined
              ? `none in the declared form at ${time.at}`
              : `${time.signedAt} at ${time.at}, ${offText(time)}; ${time.tolerance} s are tolerated`,
          ),
        ]),
    ...(token === undefined ? [] : tokenLines(token)),
    ...(sns === undefined ? [] : snsLines(sns)),
  ];
};

const line = (title: string, text: string): Fact => ({ title, text });

const proofLines = ({ at, wanted, found }: ProofTrace): readonly Fact[] => [
  line('Proof', `wanted at ${at.join(' or ')}: ${wanted}`),
  ...(found.length === 0
    ? [line('', 'nothing is there')]
    : found.map((one) => {
        const bytes = 'bytes' in one.form ? ` of ${one.form.bytes} bytes` : '';
        const prefix = one.prefix === undefined ? '' : ` after ${JSON.stringify(one.prefix)}`;
        return line('', `found at ${one.at}: ${one.characters} characters, ${one.form.is}${bytes}${prefix}`);
      })),
];

const keyText = ({ key, form, characters, readable, fits }: KeyTrace): string => {
  const length = characters === undefined ? '' : `, ${characters} characters`;
  if (!readable) return `${key}${length}: not readable as ${shortForm(form)}`;
  return `${key}${length}, as ${shortForm(form)}: ${fits ? 'fits' : 'does not fit'}`;
};

/** `hex digits, all in lower or all in upper case` */
const shortForm = (form: string): string => (form.startsWith('hex ') ? 'hex' : form);

const offText = ({ seconds = 0, direction }: { seconds?: number; direction?: string }): string =>
  `${Math.round(seconds)} s ${direction}`;

const tokenLines = (token: NonNullable<Trace['token']>): readonly Fact[] => {
  if (!token.readable) return [line('Token', 'it is no JSON Web Token')];
  const { algorithm = 'none', algorithmAllowed, keyId, keyPinned } = token;
  const kid = keyId === undefined ? 'no key' : `the key ${keyId}`;
  const pinned = keyPinned === undefined ? '' : keyPinned ? ', which is pinned' : ', which is not pinned';
  return [
    line(
      'Token',
      `names ${algorithm}${algorithmAllowed === true ? '' : ', which is not in algorithms,'} and ${kid}${pinned}`,
    ),
    ...(['issuedAt', 'notBefore', 'expires'] as const).flatMap((name) =>
      token[name] === undefined ? [] : [line('', `${name}: ${token[name]}`)],
    ),
    line('', `issuer ${token.issuer}, audience ${token.audience}, hash of the body ${token.bodyHash}`),
  ];
};

const snsLines = (sns: NonNullable<Trace['sns']>): readonly Fact[] => [
  line('SNS', `${sns.type ?? 'no known type'}, topic ${sns.topic ?? 'unknown'}`),
  line('', `envelope: ${sns.envelope}; signature: ${sns.signature}`),
  ...(sns.timestamp === undefined
    ? []
    : [line('Time', `${sns.timestamp}, ${offText(sns)}; maxAge is ${sns.maxAge} s`)]),
];

const faults = ({ faults: all }: Trace): readonly Fact[] =>
  all.map(({ part, error }) => line('Fault', `the trace lacks "${part}": an internal ${error}`));
