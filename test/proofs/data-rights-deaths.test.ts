import { expect, test } from 'bun:test'
import { surviveErasures, surviveExports } from '../features/data-rights/survived-deaths'

test('a worker may die after any step of an erasure', async () => {
  const deaths = await surviveErasures(1)
  console.log(`An erasure has ${deaths} effects; a worker died after each.`)
  expect(deaths).toBeGreaterThan(40)
})

test('a worker may die after any step of an export', async () => {
  const deaths = await surviveExports(1)
  console.log(`An export has ${deaths} effects; a worker died after each.`)
  expect(deaths).toBeGreaterThan(40)
})
