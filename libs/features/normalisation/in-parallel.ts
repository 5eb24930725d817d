/** Pieces of work between two turns of the event loop, so that job locks are renewed and health is answered. */
const PIECES_A_TURN = 32;

/** Works on all of `items`, at most `limit` of them waiting at once; answers in their order. Begins no more once one failed. */
export async function inParallel<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const waiting = items.entries();
  let failed = false;
  const workOnNext = async (): Promise<void> => {
    for (const [at, item] of waiting) {
      if (failed) return;
      results[at] = await work(item).catch((error: unknown) => {
        failed = true;
        throw error;
      });
      if (at % PIECES_A_TURN === PIECES_A_TURN - 1) await new Promise((turn) => setImmediate(turn));
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, workOnNext));
  return results;
}
