import { expect, test } from 'bun:test'
import { requireUser } from '#core/context'
import { sessionRevoked } from '#core/problems'
import { openWorld } from '../platform'

test('only a signed-in user passes; everyone else is told to log in, or what was wrong with their credential', async () => {
  const { contextOf } = await openWorld()
  const user = { kind: 'user', userId: 'u', sessionId: 's' } as const
  expect(requireUser(contextOf(user))).toEqual(user)
  expect(() => requireUser(contextOf({ kind: 'anonymous' }))).toThrow('unauthenticated')
  expect(() => requireUser(contextOf({ kind: 'system', job: 'postern migrate' }))).toThrow('unauthenticated')
  expect(() => requireUser(contextOf({ kind: 'anonymous', rejected: sessionRevoked() }))).toThrow('session_revoked')
})
