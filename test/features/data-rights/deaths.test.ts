import { expect, test } from 'bun:test'
import { surviveErasures, surviveExports } from './survived-deaths'

const timeoutMs = 60_000

// Each step is in test/proofs/data-rights-deaths.test.ts; these are a sample.
test(
  'a worker that dies in an erasure leaves one that ends right, once, with the same receipt',
  async () => expect(await surviveErasures(17)).toBeGreaterThan(2),
  timeoutMs,
)

test(
  'a worker that dies in an export leaves one that ends right, with one archive and one mail',
  async () => expect(await surviveExports(17)).toBeGreaterThan(2),
  timeoutMs,
)
