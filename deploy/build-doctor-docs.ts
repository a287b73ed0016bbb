import { join } from 'node:path'
import { doorChecks } from '../src/features/doctor/door-checks'
import { type Check, insideChecks } from '../src/features/doctor/inside-checks'

const path = join(import.meta.dir, '../docs/doctor.md')

const describe = ([name, { severity, proves, advice }]: [string, Check]): string =>
  `### ${name}\n\n${severity === 'error' ? 'Error' : 'Warning'}. **Proves**: ${proves}\n\n**To do**: ${advice}\n`

const listAll = (checks: Record<string, Check>): string => Object.entries(checks).map(describe).join('\n')

/** The part of docs/doctor.md that says what each check proves, and what to do where it finds something. */
export const describeChecks = (): string =>
  `## Seen from within\n\n${listAll(insideChecks)}\n## Seen from outside\n\n${listAll(doorChecks)}`

if (import.meta.main) {
  const [written = ''] = (await Bun.file(path).text()).split('## Seen from within')
  await Bun.write(path, written + describeChecks())
}
