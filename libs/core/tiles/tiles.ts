/** Where a tile stands in the log (C2SP tlog-tiles). */
export interface TileCoordinate {
  readonly level: number;
  readonly n: number;
}
