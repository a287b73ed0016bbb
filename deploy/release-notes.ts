import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const read = (name: string) => readFileSync(fileURLToPath(new URL(`../${name}`, import.meta.url)), 'utf8')

/**
 * What a changelog says of a version.
 * Throws when it says nothing, or does not call it released.
 */
export const findNotes = (changelog: string, version: string): string => {
  const [, ...sections] = changelog.split(/^## /m)
  const section = sections.find((text) => text.split(/\s/, 1)[0] === version) ?? ''
  const [title = '', ...lines] = section.split('\n')
  const notes = lines.join('\n').trim()
  if (notes === '') throw new Error(`CHANGELOG.md says nothing of ${version}.`)
  if (title.includes('unreleased')) throw new Error(`CHANGELOG.md calls ${version} unreleased.`)
  return notes
}

if (import.meta.main) {
  const version = process.argv[2] ?? ''
  const stated: unknown = Object(JSON.parse(read('package.json'))).version
  if (version !== stated) throw new Error(`package.json is of version ${stated}, not ${version}.`)
  console.log(findNotes(read('CHANGELOG.md'), version))
}
