import { CoreError } from '../core.errors.js';
import { isCount } from '../merkle/proof-ranges.js';
import { TILE_WIDTH, type TileCoordinate } from './tiles.js';

/** What a tile path names: a tile of hashes, or a bundle of entries; `width` is 256 when it is full. */
export type TilePath =
  | { readonly kind: 'hashes'; readonly level: number; readonly n: number; readonly width: number }
  | { readonly kind: 'entries'; readonly n: number; readonly width: number };

const MAX_LEVEL = 63;
const PATH = /^tile\/(entries|0|[1-9]\d?)\/((?:x\d{3}\/)*\d{3})(?:\.p\/([1-9]\d{0,2}))?$/;

/** `tile/<L>/<N>[.p/<W>]` below the log's URL prefix, `<N>` as `x001/x234/067`. Throws TILE.INVALID_PATH. */
export function tilePath({ level, n }: TileCoordinate, width = TILE_WIDTH): string {
  if (!isCount(level) || level > MAX_LEVEL) throw refusal();
  return `tile/${level}/${place(n, width)}`;
}

/** `tile/entries/<N>[.p/<W>]` below the log's URL prefix. Throws TILE.INVALID_PATH. */
export function entriesPath(n: number, width = TILE_WIDTH): string {
  return `tile/entries/${place(n, width)}`;
}

/** Reads either path; each place has exactly one spelling. Throws TILE.INVALID_PATH. */
export function parseTilePath(path: string): TilePath {
  const [, level, digits, partial] = PATH.exec(path) ?? [];
  if (level === undefined || digits === undefined) throw refusal();
  const n = Number(digits.replaceAll(/[x/]/g, ''));
  const width = partial === undefined ? TILE_WIDTH : Number(partial);
  const parsed: TilePath =
    level === 'entries' ? { kind: 'entries', n, width } : { kind: 'hashes', level: Number(level), n, width };
  const spelling = parsed.kind === 'entries' ? entriesPath(n, width) : tilePath(parsed, width);
  if (spelling !== path) throw refusal();
  return parsed;
}

function place(n: number, width: number): string {
  if (!isCount(n) || !isCount(width) || width === 0 || width > TILE_WIDTH) throw refusal();
  const groups = [String(n % 1000).padStart(3, '0')];
  for (let rest = Math.floor(n / 1000); rest > 0; rest = Math.floor(rest / 1000))
    groups.unshift(`x${String(rest % 1000).padStart(3, '0')}`);
  return groups.join('/') + (width === TILE_WIDTH ? '' : `.p/${width}`);
}

function refusal(): CoreError {
  return new CoreError(
    'TILE.INVALID_PATH',
    'expected tile/<level>/<n>, tile/entries/<n>, or one of them with .p/<width>',
  );
}
