/** Two samples compared by rank. */
export interface Comparison {
  /** Rank-biserial correlation: 0 when neither tends to be larger, 1 or -1 when one always is. */
  effect: number
  /** How likely a difference of this size is when there is none, two-sided. */
  p: number
}

/** Ranks from 1; equal values share the mean of theirs. `ties` is the sum of t³ - t over groups of t equal values. */
const rank = (values: number[]): { ranks: number[]; ties: number } => {
  const order = values.map((value, index) => ({ value, index })).sort((a, b) => a.value - b.value)
  const ranks: number[] = []
  let ties = 0
  for (let start = 0; start < order.length; ) {
    let end = start
    while (order[end]?.value === order[start]?.value && end < order.length) end += 1
    for (const { index } of order.slice(start, end)) ranks[index] = (start + 1 + end) / 2
    ties += (end - start) ** 3 - (end - start)
    start = end
  }
  return { ranks, ties }
}

/** The upper tail of the standard normal distribution (Abramowitz and Stegun 26.2.17, error below 7.5e-8). */
const upperTail = (z: number): number => {
  const t = 1 / (1 + 0.2316419 * z)
  const polynomial = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))))
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * polynomial
}

/** The Mann–Whitney U test in its normal approximation, corrected for ties. It assumes no distribution. */
export const compareByRank = (first: number[], second: number[]): Comparison => {
  const [m, n] = [first.length, second.length]
  const { ranks, ties } = rank([...first, ...second])
  const rankSum = ranks.slice(0, m).reduce((sum, each) => sum + each, 0)
  const u = rankSum - (m * (m + 1)) / 2
  const deviation = Math.sqrt(((m * n) / 12) * (m + n + 1 - ties / ((m + n) * (m + n - 1))))
  const z = Math.abs(u - (m * n) / 2) / deviation
  return { effect: (2 * u) / (m * n) - 1, p: deviation === 0 ? 1 : 2 * upperTail(z) }
}

export const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
