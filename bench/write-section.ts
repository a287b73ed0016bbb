import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { repository } from '../test/support/folders'

/** A table of Markdown. */
export const toTable = (head: string[], rows: string[][]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

/** Puts a text between the marks of a section of docs/performance.md, in place of what was there. */
export const writeSection = (name: string, text: string): void => {
  const path = join(repository, 'docs/performance.md')
  const [opening, closing] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const before = existsSync(path) ? readFileSync(path, 'utf8') : ''
  const whole = before.includes(opening) ? before : `${before}${opening}\n${closing}\n`
  const [start, end] = [whole.indexOf(opening) + opening.length, whole.indexOf(closing)]
  writeFileSync(path, `${whole.slice(0, start)}\n${text.trim()}\n${whole.slice(end)}`)
}
