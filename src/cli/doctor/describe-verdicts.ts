import { checks, type Verdict } from '../../features/doctor/verdict'
import type { Outcome } from '../command'

const pageOf = (check: string) => `docs/doctor.md#${check}`

const indented = (text: string) => text.replaceAll('\n', '\n            ')

const inOrder = { error: 0, warning: 1 } as const

type Found = Extract<Verdict, { outcome: 'found' }>

const describeFinding = ({ check, seen }: Found): string => {
  const { severity, advice } = checks[check]
  return `${severity.padEnd(8)} ${check}
  seen      ${indented(seen)}
  to do     ${indented(advice)}
  more      ${pageOf(check)}`
}

const noteOf = (verdict: Verdict) => (verdict.outcome === 'good' && verdict.note ? ` (${verdict.note})` : '')

const describeOther = (verdict: Verdict): string =>
  verdict.outcome === 'skipped'
    ? `– ${verdict.check}: skipped, ${verdict.reason}`
    : `✓ ${verdict.check}: ${checks[verdict.check].proves}${noteOf(verdict)}`

/**
 * Says what is wrong and nothing else, in words and as JSON: errors before warnings. Where nothing is, says that.
 * @param isVerbose lists what is good and what was skipped too
 */
export const describeVerdicts = (verdicts: readonly Verdict[], isVerbose: boolean): Outcome => {
  const findings = verdicts
    .filter((verdict): verdict is Found => verdict.outcome === 'found')
    .toSorted((a, b) => inOrder[checks[a.check].severity] - inOrder[checks[b.check].severity])
  const others = verdicts.filter(({ outcome }) => outcome !== 'found')
  const good = others.filter(({ outcome }) => outcome === 'good').map(({ check }) => check)
  const skipped = others.flatMap((verdict) =>
    verdict.outcome === 'skipped' ? [{ check: verdict.check, reason: verdict.reason }] : [],
  )
  const last =
    findings.length > 0
      ? `${findings.length} findings, ${good.length} checks are good, ${skipped.length} were skipped.`
      : `Nothing to complain about: ${good.length} checks, ${skipped.length} skipped.`
  const lines = [...(isVerbose ? [others.map(describeOther).join('\n')] : []), ...findings.map(describeFinding), last]
  return {
    text: lines.filter((line) => line !== '').join('\n\n'),
    json: {
      findings: findings.map(({ check, seen }) => {
        const { severity, advice } = checks[check]
        return { check, severity, seen, advice, more: pageOf(check) }
      }),
      good,
      skipped,
    },
    isBad: findings.some(({ check }) => checks[check].severity === 'error'),
  }
}
