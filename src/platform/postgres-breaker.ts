import { createBreaker } from './circuit-breaker'
import { isAnswer } from './database-problems'
import { systemClock } from './system'

/**
 * Stops waiting for a Postgres that is away, so that requests fail at once and don't pile up. On Workers the isolate keeps
 * it, since the connections don't outlive an event.
 */
export const createPostgresBreaker = () =>
  createBreaker({ clock: systemClock, mostFailures: 5, pauseMs: 500, isFailure: (error) => !isAnswer(error) })
