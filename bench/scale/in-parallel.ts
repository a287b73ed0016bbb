/** Does `work` so often, so many at a time, and says how often in a second. */
export const inParallel = async (
  count: number,
  width: number,
  work: (at: number) => Promise<unknown>,
): Promise<number> => {
  const startedAt = performance.now()
  let begun = 0
  const run = async () => {
    while (begun < count) {
      begun += 1
      await work(begun - 1)
    }
  }
  await Promise.all(Array.from({ length: width }, run))
  return (1000 * count) / (performance.now() - startedAt)
}
