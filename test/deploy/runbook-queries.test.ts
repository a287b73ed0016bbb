import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { testDatabase } from '../platform/test-database'
import { repository } from '../support/folders'

const runbook = await Bun.file(join(repository, 'docs/runbook.md')).text()

/** What is written as code, over two lines too, without what belongs to an example. */
const queries = [...runbook.matchAll(/`(select [^`]+)`/g)]
  .map(([, text = '']) => text.replaceAll(/\s+/g, ' '))
  .filter((text) => !text.includes('pg_cancel_backend'))

test('the runbook has queries', () => expect(queries.length).toBeGreaterThan(8))

for (const query of queries) {
  test(`Postgres takes what the runbook says: ${query.slice(0, 60)}`, async () => {
    expect(await testDatabase.run(`explain ${query}`, [], 'arrays')).not.toEqual([])
  })
}
