import { expect, test } from 'bun:test'
import fc from 'fast-check'
import './fixed-seed'
import { parseConfig, settings } from '#core/config'

const faultsOf = (environment: Record<string, unknown>): string[] => {
  const parsed = parseConfig(environment)
  return parsed.ok ? [] : parsed.faults
}

/** No plain word, and nothing shorter: those stand in our own texts by chance. */
const anyValue = fc.string({ maxLength: 60 }).filter((text) => /^(?=.*[^a-z]).{4,}$/is.test(text.trim()))
const anyEnvironment = fc.record(Object.fromEntries(Object.keys(settings).map((name) => [name, anyValue])), {
  requiredKeys: [],
})

test('no environment makes the configuration throw, and no fault repeats a value', () => {
  const quiet = faultsOf({}).join('\n')
  fc.assert(
    fc.property(anyEnvironment, (environment) => {
      const faults = faultsOf(environment)
      for (const [name, value = ''] of Object.entries(environment)) {
        const told = faults.filter((fault) => fault.startsWith(`${name}:`)).map((fault) => fault.slice(name.length + 1))
        expect(told.filter((fault) => fault.includes(value.trim()) && !quiet.includes(value.trim()))).toEqual([])
      }
    }),
    { numRuns: 500 },
  )
})

test('a secret that is refused is not in the fault, nor is the password of a database', () => {
  const faults = faultsOf({ SECRET: 'hunter2', DATABASE_URL: 'mysql://root:hunter2@db', RESEND_API_KEY: '' }).join('\n')
  expect(faults).not.toContain('hunter2')
})
