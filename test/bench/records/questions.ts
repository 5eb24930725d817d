import { renderPost, type RenderedRequest } from '../load/request-file.js';
import { copyOf, type CopyKind } from './copies.js';

/** What partners ask about, in parts of 20. */
const MIX: readonly CopyKind[] = [
  ...Array<CopyKind>(14).fill('exact'),
  ...Array<CopyKind>(3).fill('portable'),
  ...Array<CopyKind>(2).fill('partial'),
  'none',
];

/** Requests to verify copies of resources that are drawn from so many; the same ones each time. */
export function questions(count: number, resources: number, seed: number): RenderedRequest[] {
  const draw = random(seed);
  return Array.from({ length: count }, () => {
    const kind = MIX[draw(MIX.length)]!;
    const body = Buffer.from(JSON.stringify(copyOf(kind, draw(resources))));
    return { bytes: renderPost('/v1/verify', body), expect: `"match":"${kind}"` };
  });
}

/** Park and Miller's generator: whole numbers below `limit`. */
function random(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % limit;
  };
}
