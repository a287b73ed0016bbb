import { doorChecks } from './door-checks'
import { type Check, insideChecks } from './inside-checks'

/** Everything that is looked at. */
export const checks = { ...insideChecks, ...doorChecks } as const satisfies Record<string, Check>

export type CheckName = keyof typeof checks

const namesOf = <Checks extends Partial<typeof checks>>(some: Checks): (CheckName & keyof Checks)[] =>
  Object.keys(some).filter((name): name is CheckName & keyof Checks => Object.hasOwn(checks, name))

export const insideNames = namesOf(insideChecks)
export const doorNames = namesOf(doorChecks)

/** What came of one check. */
export type Verdict =
  | { check: CheckName; outcome: 'good'; note?: string }
  /** It can't be done here, which is nobody's fault. */
  | { check: CheckName; outcome: 'skipped'; reason: string }
  | { check: CheckName; outcome: 'found'; seen: string }

/** Finds what is wrong. */
export const found = (check: CheckName, seen: string): Verdict => ({ check, outcome: 'found', seen })

export const skipped = (check: CheckName, reason: string): Verdict => ({ check, outcome: 'skipped', reason })

/**
 * What was seen, if that is wrong; otherwise the check is good.
 * @param note what is worth to be known of it then
 */
export const verdictOf = (check: CheckName, seen: string | false | undefined, note?: string): Verdict =>
  seen ? found(check, seen) : { check, outcome: 'good', ...(note && { note }) }

/** The same for several that can't be done for one reason. */
export const skipAll = (names: readonly CheckName[], reason: string): Verdict[] =>
  names.map((check) => skipped(check, reason))

const weight = { found: 2, good: 1, skipped: 0 } as const

/** One verdict for each check: of several that looked, whoever found something counts, and who could look before who could not. */
export const mergeVerdicts = (verdicts: readonly Verdict[]): Verdict[] => {
  const merged = new Map<CheckName, Verdict>()
  for (const verdict of verdicts) {
    const known = merged.get(verdict.check)
    if (!known || weight[verdict.outcome] > weight[known.outcome]) merged.set(verdict.check, verdict)
  }
  return [...merged.values()]
}
