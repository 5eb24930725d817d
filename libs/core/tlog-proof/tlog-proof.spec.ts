import fc from 'fast-check';
import { refusalOf } from '../testing/refusal.js';
import { formatTlogProof, parseTlogProof, toBase64 } from '#core';

// The example of C2SP tlog-proof; the checkpoint in it is abridged there too, and is not read here.
const HASHES = [
  'gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ=',
  'B95lDa8R83lS8n0eG+o0buTxRKQTYFi//1U8anccXmA=',
  'EKNzoDWG8LGC0Yp9o+sv3qllpMP9uHQ9B20KNL+Q1zs=',
  'RoopEkOdqkYqMB4MJXrbt/hMjOxsVn0IrWjpz1ZMMes=',
  'AHCioX9nLjsrse6YhjRRmk1WUEirVOLLRoOQ6vfO5vk=',
];
const CHECKPOINT = `example.com/fancylog
109482
sFodV/vSp5O8n9a8QpW6PRY97tfOSW5bsc2Xl/EQi08=

— example.com/fancylog hI2DJw[...]1roloI=
`;
const EXTRA = 'extra YWdlLXYxLjIuMS1kYXJ3aW4tYXJtNjQudGFyLmd6\n';
const example = (extra = '') =>
  `c2sp.org/tlog-proof@v1\n${extra}index 73894\n${HASHES.join('\n')}\n\n${CHECKPOINT}`;

describe('a tlog-proof', () => {
  it('reads the example of the specification and writes it again', () => {
    const proof = parseTlogProof(example());
    expect(proof.index).toBe(73_894);
    expect(proof.hashes.map(toBase64)).toEqual(HASHES);
    expect(proof.checkpoint).toBe(CHECKPOINT);
    expect(proof.extra).toBeUndefined();
    expect(formatTlogProof(proof)).toBe(example());
  });

  it('reads and writes the extra data', () => {
    const proof = parseTlogProof(example(EXTRA));
    expect(Buffer.from(proof.extra!).toString()).toBe('age-v1.2.1-darwin-arm64.tar.gz');
    expect(formatTlogProof(proof)).toBe(example(EXTRA));
  });

  it('reads back whatever it wrote', () => {
    const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(
        fc.maxSafeNat(),
        fc.array(hash, { maxLength: 53 }),
        fc.string(),
        (index, hashes, checkpoint) => {
          expect(parseTlogProof(formatTlogProof({ index, hashes, checkpoint }))).toEqual({
            index,
            hashes,
            checkpoint,
          });
        },
      ),
    );
  });

  it.each([
    ['nothing', ''],
    ['another version', example().replace('@v1', '@v2')],
    ['no header', example().slice('c2sp.org/tlog-proof@v1\n'.length)],
    ['no index', example().replace('index 73894\n', '')],
    ['an index with a leading zero', example().replace('73894', '073894')],
    ['an index that no double holds', example().replace('73894', '9007199254740993')],
    ['a negative index', example().replace('73894', '-1')],
    ['NaN for an index', example().replace('73894', 'NaN')],
    ['no blank line', example().replaceAll('\n\n', '\n')],
    ['two extra lines', example(EXTRA + EXTRA)],
    ['an empty extra line', example('extra \n')],
    ['extra data after the index', example().replace('73894\n', `73894\n${EXTRA}`)],
    ['extra data that is not base64', example('extra YWdl!\n')],
    ['a short hash', example().replace(HASHES[0]!, HASHES[0]!.slice(4))],
    ['a hash with stray bits', example().replace('PlQ=', 'PlR=')],
    ['a carriage return', example().replace('index 73894', 'index 73894\r')],
    ['too many hashes', example().replace(HASHES[0]!, Array(60).fill(HASHES[0]).join('\n'))],
  ])('is refused with %s', (_, text) => {
    expect(refusalOf(() => parseTlogProof(text))).toBe('PROOF.MALFORMED');
  });

  it('is never written unreadable', () => {
    const proof = parseTlogProof(example());
    for (const bad of [
      { index: NaN },
      { index: -1 },
      { hashes: [new Uint8Array(31)] },
      { extra: new Uint8Array() },
    ])
      expect(refusalOf(() => formatTlogProof({ ...proof, ...bad }))).toBe('PROOF.MALFORMED');
  });
});
