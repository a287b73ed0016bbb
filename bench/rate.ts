export const concurrency = 16
const usualSeconds = 4

/** How often `work` is done in a second by so many at a time, until the time or the work is over. */
export const rateOf = async (work: (worker: number) => Promise<boolean>, seconds = usualSeconds): Promise<number> => {
  const startedAt = performance.now()
  const elapsedSeconds = () => (performance.now() - startedAt) / 1000
  let done = 0
  const run = async (worker: number) => {
    while (elapsedSeconds() < seconds && (await work(worker))) done += 1
  }
  await Promise.all(Array.from({ length: concurrency }, (_, worker) => run(worker)))
  return done / elapsedSeconds()
}

export const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
