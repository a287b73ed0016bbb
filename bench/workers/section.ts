import { join } from 'node:path'
import { repository } from '../../test/support/folders'

const page = join(repository, 'docs/performance.md')
const [opening, closing] = ['<!-- workers -->', '<!-- /workers -->']

/** Rows with the same members, in their order. */
export type Row = Record<string, string | number>

/** A table of Markdown. */
export const toTable = (rows: Row[]): string => {
  const names = Object.keys(rows[0] ?? {})
  const toLine = (cells: (string | number)[]) => `| ${cells.join(' | ')} |`
  const rule = names.map((_, index) => (index === 0 ? '---' : '--:'))
  return [toLine(names), toLine(rule), ...rows.map((row) => toLine(names.map((name) => row[name] ?? '')))].join('\n')
}

/** Writes the section of docs/performance.md that is about Workers, and leaves everything else as it is. */
export const writeSection = async (text: string): Promise<void> => {
  const file = Bun.file(page)
  const found = (await file.exists()) ? await file.text() : ''
  const whole = found.includes(opening) && found.includes(closing) ? found : `${found}${opening}\n${closing}\n`
  const [before = '', rest = ''] = whole.split(opening)
  const after = rest.slice(rest.indexOf(closing))
  await Bun.write(page, `${before}${opening}\n\n${text.trim()}\n\n${after}`)
}
