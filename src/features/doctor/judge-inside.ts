import type { Inside } from './contract'
import { judgeDatabase } from './judge-database'
import { judgeSettings } from './judge-settings'
import { found, skipAll, skipped, type Verdict, verdictOf } from './verdict'

const mostWaitSeconds = 300
const mostUnsealedSeconds = 600

const listDead = (deadLetters: Record<string, number>): string =>
  Object.entries(deadLetters)
    .map(([queue, count]) => `${count} of ${queue}`)
    .join(', ')

const judgeBacklog = ({ backlog }: Inside): Verdict[] => {
  if (backlog === null) return skipAll(['dead-letters', 'jobs-wait', 'record-unsealed'], 'the database did not say')
  const { deadLetters, oldestSeconds, unsealedSeconds } = backlog
  return [
    verdictOf('dead-letters', listDead(deadLetters)),
    verdictOf('jobs-wait', oldestSeconds > mostWaitSeconds && `the oldest is due since ${Math.round(oldestSeconds)} s`),
    verdictOf(
      'record-unsealed',
      unsealedSeconds > mostUnsealedSeconds && `the oldest record waits for ${Math.round(unsealedSeconds)} s`,
    ),
  ]
}

const judgeLimits = ({ limits, settings }: Inside): Verdict[] => {
  if (limits === null) {
    const reason = settings.redis === 'absent' ? 'there is no Redis' : 'nothing is counted (RATE_LIMITS=off)'
    return skipAll(['redis-away', 'redis-inexact', 'redis-slow'], reason)
  }
  const { asked, limit, admitted, unavailable, medianMilliseconds } = limits
  const policy = `routes that check a credential do without it as REDIS_OUTAGE=${settings.redisOutage} says`
  if (unavailable === asked) {
    return [
      found(
        'redis-away',
        `none of ${asked} questions had an answer in ${settings.redisTimeoutMilliseconds} ms; ${policy}`,
      ),
      ...skipAll(['redis-inexact', 'redis-slow'], 'Redis is away'),
    ]
  }
  const halfTimeout = settings.redisTimeoutMilliseconds / 2
  // Whoever had no answer was not admitted, so more than the limit is too many all the same.
  const isInexact = admitted > limit || (unavailable === 0 && admitted < limit)
  return [
    verdictOf('redis-away', undefined),
    unavailable > 0 && !isInexact
      ? skipped('redis-inexact', `${unavailable} of ${asked} had no answer`)
      : verdictOf('redis-inexact', isInexact && `of ${asked} at once ${admitted} passed a limit of ${limit}`),
    verdictOf(
      'redis-slow',
      (unavailable > 0 || medianMilliseconds > halfTimeout) &&
        `an answer takes ${Math.round(medianMilliseconds)} ms of ${settings.redisTimeoutMilliseconds}, and ${unavailable} of ${asked} at once came too late; ${policy}`,
    ),
  ]
}

const mailNames = { spf: 'mail-spf', dkim: 'mail-dkim', dmarc: 'mail-dmarc' } as const

const judgeMail = ({ mail }: Inside): Verdict[] =>
  (['spf', 'dkim', 'dmarc'] as const).map((kind): Verdict => {
    const check = mailNames[kind]
    if (mail === null) return skipped(check, 'no mail leaves, or its sender is no domain’s')
    if (mail[kind] === 'unavailable') return skipped(check, 'DNS did not answer')
    if (mail[kind] === 'unknown') return skipped(check, 'name the key of your provider by --dkim-selector')
    return verdictOf(check, mail[kind] === 'absent' && `there is no such record for ${mail.domain}`)
  })

/** Judges what was seen from within. */
export function judgeInside(inside: Inside): Verdict[] {
  return [
    ...judgeSettings(inside.settings),
    ...judgeDatabase(inside),
    ...judgeBacklog(inside),
    ...judgeLimits(inside),
    ...judgeMail(inside),
    verdictOf(
      'files-away',
      inside.files !== 'good' &&
        (inside.files === 'away' ? 'a file could not be put, read and deleted' : 'what was read is not what was put'),
    ),
  ]
}
