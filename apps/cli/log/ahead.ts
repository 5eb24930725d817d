/** Results of `start` in the order of the items, with up to `width` of them under way. The first failure ends it. */
export async function* ahead<T, R>(
  items: Iterable<T>,
  width: number,
  start: (item: T) => Promise<R>,
): AsyncGenerator<R, void, undefined> {
  const underWay: Promise<R>[] = [];
  for (const item of items) {
    const result = start(item);
    // Its failure is told when its turn comes; until then nobody waits for it.
    result.catch(() => undefined);
    underWay.push(result);
    if (underWay.length >= width) yield await underWay.shift()!;
  }
  for (const result of underWay) yield await result;
}
