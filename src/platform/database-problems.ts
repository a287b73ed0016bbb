import { Problem, retryAfter } from '#core/problem'
import { databaseUnavailable } from '#core/problems'

/** Five digits or letters; Node's and Bun's own codes of that length (EPIPE) begin with E, which no state does. */
const sqlState = /^[0-9A-DF-Z][0-9A-Z]{4}$/
/** Connection, authorization, catalog, resources, operator intervention, and deadlocks: all may pass by themselves. */
const passingClass = /^(08|28|3D|40|53|57)/
/** A table or a column is not there. */
const missingSchema = new Set(['42P01', '42703', '3F000'])

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''

/**
 * What a driver's failure means to us: `database-unavailable` when the database can't be reached or gave up, an
 * ordinary error otherwise. Neither holds the driver's message: it may quote a value.
 */
export const toDatabaseProblem = (error: unknown): Error => {
  if (error instanceof Problem) return error
  const code = codeOf(error)
  const name = code || (error instanceof Error ? error.name : 'unknown')
  if (missingSchema.has(code)) return new Error(`Postgres refused a statement: ${name}. Run: bun run db:migrate`)
  if (error instanceof TypeError || error instanceof RangeError)
    return new Error(`A statement could not be sent: ${name}`)
  if (sqlState.test(code) && !passingClass.test(code)) return new Error(`Postgres refused a statement: ${name}`)
  return databaseUnavailable({ ...retryAfter(1), cause: new Error(`Postgres does not answer: ${name}`) })
}

/** Whether Postgres undid a statement because it and another waited for each other; run again, it finds the way free. */
export const isDeadlock = (error: unknown): boolean => codeOf(error) === '40P01'

/** Whether an error of ours says that a statement waited for a lock for too long, or lost a deadlock, and can be run again. */
export const gaveUpLock = (error: unknown): boolean => {
  const told = error instanceof Problem ? error.cause : error
  return told instanceof Error && /: (55P03|40P01)$/.test(told.message)
}

/** Whether a failure is Postgres's own answer, so that it is there: no lost connection, no shutdown. */
export const isAnswer = (error: unknown): boolean => {
  const code = codeOf(error)
  return sqlState.test(code) && !/^(08|57P)/.test(code)
}

/** The database missed its deadline. */
export const missedDeadline = () => toDatabaseProblem({ code: 'DEADLINE' })
