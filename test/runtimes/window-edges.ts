import { expect } from 'bun:test'
import { call, freshAddress, limits } from './redis-setting'

/** Two windows and a half, so that uses that are over make room twice. */
const windows = 2.5
const mostPauseMs = 120
const atOnce = 4

interface Admission {
  sentAt: number
  answeredAt: number
}

/** Bursts from one address, in turn to each of the servers; when those requests were sent and answered that passed. */
const burst = async (urls: string[], milliseconds: number): Promise<Admission[]> => {
  const address = freshAddress()
  const admissions: Admission[] = []
  const sendOne = async (url: string) => {
    const sentAt = Date.now()
    const json = { code: 'a code of nobody', codeVerifier: 'A'.repeat(43) }
    const response = await call(url, 'POST /v1/auth/oauth/exchange', { json, address })
    await response.arrayBuffer()
    if (response.status === 400) admissions.push({ sentAt, answeredAt: Date.now() })
    else expect(response.status).toBe(429)
  }
  const sent: Promise<void>[] = []
  for (const endsAt = Date.now() + milliseconds; Date.now() < endsAt; await Bun.sleep(Math.random() * mostPauseMs)) {
    for (let count = 0; count < atOnce; count += 1) sent.push(sendOne(urls[sent.length % urls.length] ?? ''))
  }
  await Promise.all(sent)
  return admissions.toSorted((a, b) => a.sentAt - b.sentAt)
}

/**
 * Holds servers to a limit over the edges of its window: however bursts fall, no stretch of a window holds more than the
 * limit, and each use makes room when it is over.
 */
export const expectNoEdge = async (urls: string[]): Promise<void> => {
  const { limit, windowSeconds } = limits.federation
  const windowMs = windowSeconds * 1000
  const admissions = await burst(urls, windows * windowMs)
  expect(admissions.length).toBeWithin(2 * limit, Math.ceil(windows) * limit + 1)
  for (const [index, { sentAt }] of admissions.slice(0, -limit).entries()) {
    // Of these, one more than the limit, the first was counted after it was sent, and the last before it was answered.
    const latest = Math.max(...admissions.slice(index, index + limit + 1).map(({ answeredAt }) => answeredAt))
    expect(latest - sentAt).toBeGreaterThanOrEqual(windowMs - 1)
  }
}
