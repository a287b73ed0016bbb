import { expect } from 'bun:test'
import { type Comparison, compareByRank, median } from './mann-whitney'

/** A request of one kind; each call is a new one. */
export type Send = () => Promise<Response>

/** Kinds of requests that nobody may tell apart. */
export type Kinds = Record<string, Send>

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

/** Most of what runs behind an answer is over before the next one is timed. */
const pauseMs = 15

type Times = Record<string, number[]>

/**
 * Milliseconds for each kind, in random order: whatever disturbs them, and whatever the one before left behind, hits all
 * of them alike. With `followedBy`, it is the time of that request, sent as soon as the one of the kind is answered.
 */
const timeInTurns = async (kinds: Kinds, rounds: number, followedBy?: Send): Promise<Times> => {
  const times = Object.fromEntries(Object.keys(kinds).map((kind): [string, number[]] => [kind, []]))
  const turns = Object.entries(kinds).flatMap(([kind, send]) => Array.from({ length: rounds }, () => ({ kind, send })))
  let reference: Answer | undefined
  for (const { kind, send } of shuffle(turns)) {
    let startedAt = performance.now()
    const answer = await readAnswer(await send())
    if (followedBy) {
      startedAt = performance.now()
      await (await followedBy()).arrayBuffer()
    }
    times[kind]?.push(performance.now() - startedAt)
    reference ??= answer
    expect(answer).toEqual(reference)
    await Bun.sleep(pauseMs)
  }
  return times
}

/** An attacker who sees a smaller effect than this needs hundreds of tries at one address, and limits stop that. */
const largestEffect = 0.12
/** About a hundred pairs are compared; a false alarm in a hundred runs is enough. */
const leastP = 0.0001

const isTellable = ({ effect, p }: Comparison) => Math.abs(effect) > largestEffect || p < leastP

const compareAll = (title: string, times: Times) => {
  const names = Object.keys(times)
  const medians = names.map((name) => `${name} ${median(times[name] ?? []).toFixed(2)} ms`)
  console.log(`${title}: ${times[names[0] ?? '']?.length} of each. Medians: ${medians.join(', ')}`)
  const pairs = names.flatMap((first, index) => names.slice(index + 1).map((second) => [first, second] as const))
  return pairs.flatMap(([first, second]) => {
    const comparison = compareByRank(times[first] ?? [], times[second] ?? [])
    const line = `${first} / ${second}: effect ${comparison.effect.toFixed(3)}, p ${comparison.p.toFixed(4)}`
    console.log(`  ${line}`)
    return isTellable(comparison) ? [line] : []
  })
}

export interface Indistinguishable {
  title: string
  kinds: Kinds
  rounds: number
  /** Holds the times of this request to it, sent right behind each of the others, instead of theirs. */
  followedBy?: Send
}

/**
 * Holds requests of several kinds to the same answer, byte for byte, and to times that can't be told apart. A hundred
 * pairs differ by chance now and then, so a difference counts when it is there a second time.
 */
export const expectIndistinguishable = async ({ title, kinds, rounds, followedBy }: Indistinguishable) => {
  await timeInTurns(kinds, 20, followedBy)
  let differences = compareAll(title, await timeInTurns(kinds, rounds, followedBy))
  if (differences.length > 0) {
    differences = compareAll(`${title}, again`, await timeInTurns(kinds, rounds, followedBy))
  }
  expect(differences).toEqual([])
}
