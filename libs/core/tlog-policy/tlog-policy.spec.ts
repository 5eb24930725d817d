import { newSigner } from '../testing/example-evidence.node.js';
import { refusalOf } from '../testing/refusal.js';
import { formatVerifierKey, meetsQuorum, parsePolicy, parseVerifierKey, signNote } from '#core';

const TEXT = 'log.example/attestry\n5\n79i2WafJJ1rBZ4csjcR0fzPpciCPIBBpC/9vbOD66rw=\n';
const log = newSigner('log.example/attestry');
const [x1, x2, x3, y1, y2, y3] = ['x1', 'x2', 'x3', 'y1', 'y2', 'y3'].map((name) =>
  newSigner(`${name}.example`, 1_700_000_000),
) as [Signer, Signer, Signer, Signer, Signer, Signer];
type Signer = typeof log;

/** The example of C2SP tlog-policy, with keys. */
const EXAMPLE = `log ${log.verifierKey}

witness X1 ${x1.verifierKey}
witness X2 ${x2.verifierKey}
witness X3 ${x3.verifierKey}
group X-witnesses 2 X1 X2 X3

witness Y1 ${y1.verifierKey} https://y1.example/witness
witness Y2 ${y2.verifierKey}
witness Y3 ${y3.verifierKey}
group Y-witnesses any Y1 Y2 Y3

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
`;
const meets = (text: string, ...signers: Signer[]) =>
  meetsQuorum(signNote(TEXT, [log, ...signers]), parsePolicy(text));
const witnesses = EXAMPLE.slice(0, EXAMPLE.indexOf('group X-and-Y'));

describe('the example of the specification', () => {
  it('asks two of one group and one of the other', () => {
    expect(meets(EXAMPLE, x1, x3, y2)).toBe(true);
    expect(meets(EXAMPLE, x1, x2, x3, y1, y2, y3)).toBe(true);
    expect(meets(EXAMPLE, x1, x2, x3)).toBe(false);
    expect(meets(EXAMPLE, x1, y1, y2, y3)).toBe(false);
    expect(meets(EXAMPLE)).toBe(false);
  });

  it('names logs and witnesses with their URLs', () => {
    const policy = parsePolicy(EXAMPLE);
    expect(policy.logs).toEqual([{ key: parseVerifierKey(log.verifierKey), url: undefined }]);
    expect(policy.witnesses.map(({ name, url }) => [name, url])).toContainEqual([
      'Y1',
      'https://y1.example/witness',
    ]);
    expect(policy.witnesses).toHaveLength(6);
  });
});

describe('a policy', () => {
  it.each([
    ['of one witness', 'quorum Y2', [y2], [y1]],
    ['of a number of witnesses', 'group g 2 X1 Y1 Y2\nquorum g', [y1, y2], [y3, y1]],
  ])('%s is met by that many', (_, quorum, enough, others) => {
    const text = `${witnesses.replace(/^group.*\n/gm, '')}${quorum}\n`;
    expect([meets(text, ...enough), meets(text, ...others)]).toEqual([true, false]);
  });

  it('may ask for none, know nobody, and lack its last newline', () => {
    expect(meets('quorum none')).toBe(true);
    expect(parsePolicy('quorum none')).toEqual({ logs: [], witnesses: [], quorum: undefined });
  });

  it('may be written with tabs, spaces, comments and names of any alphabet', () => {
    const text = `\t# Zeugen\n \t \n  witness\tZürich\u00a01  ${x1.verifierKey}\t\n#quorum none\nquorum Zürich\u00a01\n`;
    expect([meets(text, x1), meets(text, x2)]).toEqual([true, false]);
  });

  it("counts no cosignature of a stranger, and stops at a listed witness's wrong one", () => {
    expect(meets('quorum none', x1)).toBe(true);
    const policy = parsePolicy(`witness X1 ${x1.verifierKey}\nquorum X1`);
    const forged = { ...x1, sign: () => x1.sign(`${TEXT}more\n`) };
    const note = signNote(TEXT, [log, forged]);
    expect(refusalOf(() => meetsQuorum(note, policy))).toBe('NOTE.BAD_SIGNATURE');
  });

  const renamed = (signer: Signer, name: string) =>
    formatVerifierKey({ ...parseVerifierKey(signer.verifierKey), name });
  it.each([
    ['nothing', ''],
    ['no quorum', witnesses],
    ['two quorums', 'quorum none\nquorum none'],
    ['a quorum of two', `${witnesses}quorum X1 X2`],
    ['a quorum that a later line defines', `quorum X1\n${witnesses}`],
    ['a quorum that no line defines', `${witnesses}quorum Z1`],
    ['another keyword', 'quorum none\nwitnesses X1'],
    ['a keyword in capitals', 'QUORUM none'],
    ['a log without a key', 'log\nquorum none'],
    ['a log with too much', `log ${log.verifierKey} https://log.example more\nquorum none`],
    ["a witness's key as a log's", `log ${x1.verifierKey}\nquorum none`],
    ["a log's key as a witness's", `witness X1 ${log.verifierKey}\nquorum none`],
    ['a broken key', `log ${log.verifierKey.slice(1)}\nquorum none`],
    ['one log twice', `log ${log.verifierKey}\nlog ${renamed(log, 'other.example')}\nquorum none`],
    ['one witness twice', `${witnesses}witness Z ${renamed(x1, 'z.example')}\nquorum none`],
    ['one name twice', `${witnesses}group X1 any Y1\nquorum none`],
    ['a witness called none', `witness none ${x1.verifierKey}\nquorum none`],
    ['none as a member', `${witnesses}group g any none\nquorum none`],
    ['a group without members', `${witnesses}group g any\nquorum none`],
    ['a group of groups to come', `${witnesses}group g any h\nquorum none`],
    ['a group within itself', `${witnesses}group g any g\nquorum none`],
    ['one member twice in a group', `witness a ${x1.verifierKey}\ngroup g 1 a a\nquorum g`],
    ['one member in two groups', `${witnesses}group g any X1\nquorum g`],
    ['a threshold of none', `witness a ${x1.verifierKey}\ngroup g 0 a\nquorum g`],
    ['a threshold of too many', `witness a ${x1.verifierKey}\ngroup g 2 a\nquorum g`],
    ['a threshold with a zero before it', `witness a ${x1.verifierKey}\ngroup g 01 a\nquorum g`],
    ['a threshold in words', `witness a ${x1.verifierKey}\ngroup g one a\nquorum g`],
    ['a carriage return', 'quorum none\r\n'],
    ['a null', 'quorum none\u0000'],
    ['a delete', '# \u007f\nquorum none'],
    ['more lines than anybody writes', `${'\n'.repeat(10_001)}quorum none`],
  ])('is refused with %s', (_, text) => {
    expect(refusalOf(() => parsePolicy(text))).toBe('POLICY.MALFORMED');
  });

  it('is refused with the number of the line', () => {
    expect(() => parsePolicy('quorum none\n\nlog x\n')).toThrow('policy, line 3: verifier key');
  });
});
