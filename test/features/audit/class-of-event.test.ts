import { expect, test } from 'bun:test'
import { classOfEvent } from '#features/audit/class-of-event'
import type { AuditEventType } from '#features/audit/contract'
import { activities } from '#features/profiles/activities'
import { outcomes } from './outcomes'

/** Every type of the catalogue: what is not decided there does not compile. */
const types = Object.keys(activities) as AuditEventType[]

test('every type has the outcome that is listed, and others are done', () => {
  expect(types.length).toBeGreaterThan(80)
  const found = types.map((type) => [type, classOfEvent(type).outcome] as const)
  expect(Object.fromEntries(found.filter(([, outcome]) => outcome !== 'done'))).toEqual({ ...outcomes })
})

test('only what passes is kept for less than seven years', () => {
  expect(types.filter((type) => classOfEvent(type).retention === 'activity').toSorted()).toEqual([
    'session.refreshed',
    'token.issued',
  ])
})
