import type {
  KeyTrace,
  NearMiss,
  Outcome,
  ProofTrace,
  Trace,
} from '../../lambdas/verification/trace/trace.ts';

/** A trace in short lines: the outcome, the most likely cause, and then what was looked at. */
export const reportText = (trace: Trace): string =>
  [outcomeText(trace), ...causes(trace), '', ...facts(trace), ...faults(trace)].join('\n');

const outcomeText = ({ outcome, handshake }: Trace): string => {
  switch (outcome.kind) {
    case 'genuine':
      return handshake
        ? 'Genuine: it is the handshake of the source.'
        : `Genuine: the source makes of it: ${outcome.result}.`;
    case 'undecided':
      return `Undecided: ${outcome.detail}. Add --fetch to ask.`;
    default:
      return [
        `Refused with ${outcome.status}, ${reasonText(outcome)}.`,
        ...(handshake ? ['It looks like the handshake of the source.'] : []),
      ].join(' ');
  }
};

const reasonText = ({ reason, detail }: Extract<Outcome, { kind: 'rejected' }>): string =>
  detail === reason ? reason : `${reason}: ${detail}`;

const causes = ({ outcome, nearMisses, keys = [], search }: Trace): readonly string[] => {
  if (outcome.kind !== 'rejected') return [];
  const [first, ...others] = nearMisses;
  if (first !== undefined) {
    return [
      `Most likely: ${nearMissText(first)}`,
      ...others.map((nearMiss) => `Or: ${nearMissText(nearMiss)}`),
    ];
  }
  if (keys.some(({ fits }) => fits)) return ['The signature fits: what is wrong is something else.'];
  if (search === undefined) return [];
  return [
    search.complete
      ? `Nothing that is known would make it fit (${search.attempts} ways were tried): ${NOTHING}`
      : `The body is large: only ${search.attempts} ways were tried, and none fits.`,
  ];
};

const NOTHING = 'most likely it was signed with another secret.';

const nearMissText = ({ says, key, code }: NearMiss): string =>
  `${says}${key === 'previous secret' ? ' That is the previous secret.' : ''} [${code}]`;

const facts = (trace: Trace): readonly string[] => {
  const { method, proof, signed = [], keys = [], time, token, sns } = trace;
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

const line = (title: string, text: string): string => `${title.padEnd(8)}${text}`;

const proofLines = ({ at, wanted, found }: ProofTrace): readonly string[] => [
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
  const state = readable ? (fits ? 'fits' : 'does not fit') : `is not ${form}`;
  return `${key}${length}, as ${form}: ${state}`;
};

const offText = ({ seconds = 0, direction }: { seconds?: number; direction?: string }): string =>
  `${Math.round(seconds)} s ${direction}`;

const tokenLines = (token: NonNullable<Trace['token']>): readonly string[] => {
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

const snsLines = (sns: NonNullable<Trace['sns']>): readonly string[] => [
  line('SNS', `${sns.type ?? 'no known type'}, topic ${sns.topic ?? 'unknown'}`),
  line('', `envelope: ${sns.envelope}; signature: ${sns.signature}`),
  ...(sns.timestamp === undefined
    ? []
    : [line('Time', `${sns.timestamp}, ${offText(sns)}; maxAge is ${sns.maxAge} s`)]),
];

const faults = ({ faults: all }: Trace): readonly string[] =>
  all.map(({ part, error }) => line('Fault', `the trace lacks "${part}": an internal ${error}`));
