import { sql } from 'drizzle-orm'
import { statement } from '#db/statement'
import type { EventValues } from '../audit/event-values'
import { recordEvent } from '../audit/fragments'
import { countFailure, mailLock, recordLock } from '../sessions/lockout-fragments'

type Caller = { userId: string; sessionId: string }

const countRefused = (type: 'password.change_refused' | 'session.raise_refused') =>
  statement<
    EventValues &
      Caller & {
        subject: string
        lockoutFailures: number
        lockoutSeconds: number
        lockedEventId: string
        lockoutJobId: string
      },
    { failures: number }
  >(`countRefused:${type}`, (value) => {
    const owner = sql`(select ${value.userId}::uuid as id)`
    return sql`
  with counted as (${countFailure(value, {
    from: sql`(select ${value.subject}::text as subject)`,
    most: value.lockoutFailures,
  })}),
  event as (${recordEvent(value, {
    type,
    from: sql`(select 1) attempt`,
    userId: sql`${value.userId}::uuid`,
    sessionId: value.sessionId,
    data: {},
  })}),
  locked as (${recordLock(value, owner)}),
  mail as (${mailLock(value, owner)})
  select failures from counted`
  })

/** Records that the caller gave a wrong current password, and counts it like one at a log-in. */
export const countRefusedChange = countRefused('password.change_refused')
export const countRefusedStepUp = countRefused('session.raise_refused')
