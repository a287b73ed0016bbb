import { expect, test } from 'bun:test'
import { classOfEvent } from '#features/audit/class-of-event'
import type { AuditEventType } from '#features/audit/contract'
import { activities } from '#features/profiles/activities'

const read = (path: string) => Bun.file(new URL(`../../../${path}`, import.meta.url)).text()

/** Each type with the names of its facts, as the contract declares them. */
const declared = async (): Promise<Map<string, string[]>> => {
  const contract = await read('src/features/audit/contract.ts')
  const lines = contract.matchAll(/^ {2}'([\w.]+)': (?:\{([^}]*)\}|Record<never, never>)$/gm)
  return new Map(
    [...lines].map(([, type = '', facts = '']) => [type, [...facts.matchAll(/(\w+):/g)].map(([, name = '']) => name)]),
  )
}

test('the page about the record lists each type with its outcome and its facts', async () => {
  const types = await declared()
  expect([...types.keys()].toSorted()).toEqual(Object.keys(activities).toSorted())
  const rows = [...types].map(([type, facts]) => {
    const { outcome } = classOfEvent(type as AuditEventType)
    return `| \`${type}\` | ${outcome} | ${facts.map((fact) => `\`${fact}\``).join(', ')} |`
  })
  const page = await read('docs/audit.md')
  const listed = page.split('\n').filter((line) => /^\| `[a-z_]+\.[a-z_]+` \| (done|refused|failed) \|/.test(line))
  expect(listed).toEqual(rows.map((row) => row.replace(/\| {2}\|$/, '| |')))
})
