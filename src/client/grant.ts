import type { Tokens } from './token-storage'

/** The part of a log-in's or a refresh's answer that the client lives by. */
export type Grant =
  | { tokenType: 'Bearer'; accessToken: string; refreshToken: string; expiresIn: number }
  | { tokenType: 'Cookie'; expiresIn: number }

const earliestSeconds = 30
const smallestShare = 5

const isGrant = (value: object): value is Grant => {
  const has = (name: string, type: 'string' | 'number') => typeof Reflect.get(value, name) === type
  if (!('tokenType' in value) || !has('expiresIn', 'number')) return false
  if (value.tokenType === 'Cookie') return true
  return value.tokenType === 'Bearer' && has('accessToken', 'string') && has('refreshToken', 'string')
}

/** Finds the grant in an answer: a log-in's is the body itself, a registration's is its `tokens`. */
export const findGrant = (body: unknown): Grant | undefined => {
  if (typeof body !== 'object' || body === null) return undefined
  if (isGrant(body)) return body
  return 'tokens' in body ? findGrant(body.tokens) : undefined
}

/** What to keep of a grant: it is due 30 seconds before its end, or the last fifth of its life if that is less. */
export const toTokens = (grant: Grant): Tokens => {
  const now = Date.now()
  const lifeSeconds = grant.expiresIn
  const dueInSeconds = lifeSeconds - Math.min(earliestSeconds, lifeSeconds / smallestShare)
  const instant = (seconds: number) => new Date(now + seconds * 1000).toISOString()
  return {
    accessToken: grant.tokenType === 'Bearer' ? grant.accessToken : '',
    refreshToken: grant.tokenType === 'Bearer' ? grant.refreshToken : '',
    refreshAt: instant(dueInSeconds),
    expiresAt: instant(lifeSeconds),
  }
}
