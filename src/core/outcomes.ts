import { Problem, rootCause } from './problem'

/** What a try came to, in few words: `refused` for all others. */
const words: Record<string, string> = {
  account_locked: 'locked',
  second_factor_locked: 'locked',
  rate_limited: 'limited',
  captcha_required: 'captcha',
  email_unverified: 'unverified',
}

/** A word for why a try failed: one of few, for a label. */
export const outcomeOf = (error: unknown): string => {
  const cause = rootCause(error)
  if (!(cause instanceof Problem) || cause.definition.status >= 500) return 'failed'
  return words[cause.definition.code] ?? 'refused'
}

/**
 * Does something and counts what came of it.
 * @param count is told one word: `succeeded`, or what `read` makes of the result, or that of `outcomeOf` when it throws
 */
export const countOutcome = async <T>(
  count: (outcome: string) => void,
  work: () => Promise<T>,
  read: (result: T) => string = () => 'succeeded',
): Promise<T> => {
  try {
    const result = await work()
    count(read(result))
    return result
  } catch (error) {
    count(outcomeOf(error))
    throw error
  }
}
