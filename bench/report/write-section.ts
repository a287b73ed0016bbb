import { join } from 'node:path'
import { repository } from '../../test/support/folders'

const page = join(repository, 'docs/performance.md')

/**
 * Writes what stands between two marks of the page of performance, and keeps all else of it.
 * @param name of the marks, `<!-- name -->` and `<!-- /name -->`
 */
export const writeSection = async (name: string, text: string): Promise<void> => {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const before = await Bun.file(page).text()
  const [start, stop] = [before.indexOf(begin), before.indexOf(end)]
  if (start < 0 || stop < start) throw new Error(`docs/performance.md has no section ${begin} … ${end}.`)
  await Bun.write(page, `${before.slice(0, start + begin.length)}\n\n${text.trim()}\n\n${before.slice(stop)}`)
}

/** Writes a picture of the page. */
export const writeChart = async (name: string, svg: string): Promise<void> => {
  await Bun.write(join(repository, 'docs/performance', `${name}.svg`), svg)
}
