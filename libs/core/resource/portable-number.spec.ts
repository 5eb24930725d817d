import fc from 'fast-check';
import { portableNumber } from './portable-number.js';

const digits = (min: number, max: number) => fc.stringMatching(new RegExp(`^[0-9]{${min},${max}}$`));
const token = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.oneof(fc.constant('0'), fc.stringMatching(/^[1-9][0-9]{0,25}$/)),
    fc.option(digits(1, 25), { nil: '' }),
    fc.option(fc.tuple(fc.constantFrom('e', 'E', 'e+', 'E-', 'e-'), fc.oneof(digits(1, 2), digits(1, 3))), {
      nil: [],
    }),
  )
  .map(
    ([sign, whole, fraction, exponent]) => sign + whole + (fraction && `.${fraction}`) + exponent.join(''),
  );

/** The value as a whole number of tenths to the power of `scale`. */
function scaled(number: string): { value: bigint; scale: bigint } {
  const [mantissa = '', exponent = '0'] = number.toLowerCase().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  return { value: BigInt(whole + fraction), scale: BigInt(fraction.length) - BigInt(exponent) };
}

function isSameValue(a: string, b: string): boolean {
  const [x, y] = [scaled(a), scaled(b)];
  const scale = x.scale > y.scale ? x.scale : y.scale;
  return x.value * 10n ** (scale - x.scale) === y.value * 10n ** (scale - y.scale);
}

describe('the portable form of a number', () => {
  it.each([
    ['0', '0'],
    ['-0', '0'],
    ['-0.00e+99999999999999999999', '0'],
    ['1.00', '1'],
    ['1.50', '1.5'],
    ['0.10', '0.1'],
    ['-12.340', '-12.34'],
    ['1e2', '100'],
    ['1E-2', '0.01'],
    ['100e-2', '1'],
    ['0.000001', '0.000001'],
    ['0.0000010', '0.000001'],
    ['0.0000001', '1e-7'],
    ['0.00000015', '1.5e-7'],
    ['123e-20', '1.23e-18'],
    ['999999999999999999999', '999999999999999999999'],
    ['1000000000000000000000', '1e+21'],
    ['1e21', '1e+21'],
    ['12345678901234567890123', '1.2345678901234567890123e+22'],
    ['0.1234567890123456789012345', '0.1234567890123456789012345'],
    ['123456789012345678901.5', '123456789012345678901.5'],
    ['-1e400', '-1e+400'],
    // RFC 8785, section 3.2.2: numbers that a double holds exactly as written
    ['1E30', '1e+30'],
    ['4.50', '4.5'],
    ['2e-3', '0.002'],
    ['0.000000000000000000000000001', '1e-27'],
    ['56.0', '56'],
    ['1e999999999999999', '1e+999999999999999'],
    ['1e0000000000000000000000001', '10'],
    ['1.0e1000000000000000', '1.0e1000000000000000'],
  ])('of %s is %s', (number, portable) => {
    expect(portableNumber(number)).toBe(portable);
  });

  it('keeps the value to the last digit, is a fixed point, and is the same for every spelling of a value', () => {
    fc.assert(
      fc.property(token, fc.nat(20), (number, shift) => {
        const portable = portableNumber(number);
        expect(isSameValue(portable, number)).toBe(true);
        expect(portableNumber(portable)).toBe(portable);
        const { value, scale } = scaled(number);
        const respelt = `${value}${'0'.repeat(shift)}e${-(scale + BigInt(shift))}`;
        expect(portableNumber(respelt)).toBe(portable);
        expect(JSON.stringify(JSON.parse(portable))).toMatch(/^(?:-?\d|null)/);
      }),
      { numRuns: 3000 },
    );
  });

  it('is what JavaScript prints for every double', () => {
    const double = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.maxSafeInteger(),
      fc.integer({ min: -1_000_000, max: 1_000_000 }).map((cents) => cents / 100),
    );
    fc.assert(
      fc.property(double, fc.nat(5), (number, zeros) => {
        const printed = JSON.stringify(number);
        expect(portableNumber(printed)).toBe(printed === '-0' ? '0' : printed);
        const padded = /^-?\d+\.\d+$/.test(printed) ? printed + '0'.repeat(zeros) : printed;
        expect(portableNumber(padded)).toBe(portableNumber(printed));
      }),
      { numRuns: 3000 },
    );
  });

  it('takes long tokens in linear time', () => {
    const zeros = '0'.repeat(1_000_000);
    const begin = performance.now();
    expect(portableNumber(`1${zeros}1${zeros}`)).toHaveLength(1_000_002 + 'e+2000001'.length + 1);
    expect(portableNumber(`0.${zeros}1${zeros}`)).toBe('1e-1000001');
    expect(portableNumber(`${zeros.replace('0', '1')}e-1000000`)).toBe('0.1');
    expect(portableNumber(`1e${'9'.repeat(1_000_000)}`)).toHaveLength(1_000_002);
    expect(performance.now() - begin).toBeLessThan(2_000);
  });
});
