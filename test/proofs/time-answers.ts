import { expect } from 'bun:test'
import { compareByRank, median } from './mann-whitney'

/** A request of one kind; each call is a new one. */
export type Kinds = Record<string, () => Promise<Response>>

interface Answer {
  status: number
  headers: [string, string][]
  body: string
}

/** What identifies a request and no more. */
const variableHeaders = new Set(['date', 'x-request-id'])
const requestId = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g

const readAnswer = async (response: Response): Promise<Answer> => ({
  status: response.status,
  headers: [...response.headers].filter(([name]) => !variableHeaders.has(name)),
  body: (await response.text()).replaceAll(requestId, '<request>'),
})

const shuffle = <T>(items: T[]): T[] =>
  items
    .map((item) => ({ item, place: Math.random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item)

/** What runs behind an answer is over before the next one is timed. */
const pauseMs = 15

/** Milliseconds for each kind. The kinds take turns in random order, so that whatever disturbs them disturbs all. */
const timeInTurns = async (kinds: Kinds, rounds: number) => {
  const times = Object.fromEntries(Object.keys(kinds).map((kind): [string, number[]] => [kind, []]))
  let reference: Answer | undefined
  for (let round = 0; round < rounds; round += 1) {
    for (const [kind, send] of shuffle(Object.entries(kinds))) {
      const startedAt = performance.now()
      const response = await send()
      const answer = await readAnswer(response)
      times[kind]?.push(performance.now() - startedAt)
      reference ??= answer
      expect(answer).toEqual(reference)
      await Bun.sleep(pauseMs)
    }
  }
  return times
}

/** An attacker who sees a smaller effect than this needs hundreds of tries at one address, and limits stop that. */
const largestEffect = 0.12
/** Six pairs are compared; a false alarm in two hundred runs is enough. */
const leastP = 0.001

/** Holds requests of several kinds to the same answer, byte for byte, and to times that can't be told apart. */
export const expectIndistinguishable = async (title: string, kinds: Kinds, rounds: number): Promise<void> => {
  await timeInTurns(kinds, 20)
  const times = await timeInTurns(kinds, rounds)
  const names = Object.keys(times)
  const medians = names.map((name) => `${name} ${median(times[name] ?? []).toFixed(2)} ms`)
  console.log(`${title}: ${rounds} of each. Medians: ${medians.join(', ')}`)
  const pairs = names.flatMap((first, index) => names.slice(index + 1).map((second) => [first, second] as const))
  const comparisons = pairs.map(([first, second]) => {
    const comparison = compareByRank(times[first] ?? [], times[second] ?? [])
    console.log(`  ${first} / ${second}: effect ${comparison.effect.toFixed(3)}, p ${comparison.p.toFixed(4)}`)
    return comparison
  })
  for (const { effect, p } of comparisons) {
    expect(Math.abs(effect)).toBeLessThan(largestEffect)
    expect(p).toBeGreaterThan(leastP)
  }
}
