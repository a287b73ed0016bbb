import { expect, test } from 'bun:test'
import type { Config } from '#core/config'
import { newAdmission } from '#core/context'
import type { BreachList, PasswordList } from '#core/platform'
import { Problem } from '#core/problem'
import { routePolicies } from '#core/route-policies'
import { checkNewPassword } from '#features/accounts/check-new-password'
import { openWorld } from '../../platform'

const password = 'Zw\u00f6lf Boxk\u00e4mpfer 1815'
const owner = { email: 'lovelace@example.com', pointer: '/newPassword' }

interface Surroundings {
  mode?: Config['BREACH_CHECK']
  common?: PasswordList['has']
  breached?: Awaited<ReturnType<BreachList['find']>>
}

const surround = async ({ mode = 'off', common = async () => false, breached = 'absent' }: Surroundings = {}) => {
  const asked: string[] = []
  const commonPasswords: PasswordList = {
    has: (text) => {
      asked.push(`common ${text}`)
      return common(text)
    },
  }
  const breaches: BreachList = {
    find: async (text) => {
      asked.push(`breached ${text}`)
      return breached
    },
  }
  const world = await openWorld({ BREACH_CHECK: mode })
  const { contextOf, logs } = world.startAnother({}, { commonPasswords, breaches })
  const admission = newAdmission(routePolicies['POST /v1/auth/register'])
  return { ctx: { ...contextOf({ kind: 'anonymous' }), admission }, logs, asked }
}

const refusalOf = async (work: Promise<void>): Promise<Problem> => {
  const thrown: unknown = await work.then(
    () => undefined,
    (error: unknown) => error,
  )
  if (thrown instanceof Problem) return thrown
  throw new Error('The password passed.')
}

const expectFault = async (work: Promise<void>, code: string) => {
  const { definition, facts } = await refusalOf(work)
  expect(definition).toMatchObject({ code: 'invalid_request', status: 422 })
  const message = expect.stringMatching(/^(Use|Leave|.*Choose) .+\.$/)
  expect(facts.extensions).toEqual({ errors: [{ pointer: '/newPassword', code, message }] })
}

test('a password that no rule refuses passes', async () => {
  for (const mode of ['off', 'open', 'closed'] as const) {
    const { ctx, logs } = await surround({ mode })
    expect(await checkNewPassword(ctx, password, owner)).toBeUndefined()
    expect(logs).toEqual([])
  }
})

test('a refusal names the field, the rule that failed, and how to meet it', async () => {
  const { ctx, asked } = await surround({ mode: 'open' })
  await expectFault(checkNewPassword(ctx, 'short', owner), 'password_too_short')
  await expectFault(checkNewPassword(ctx, 'x'.repeat(257), owner), 'password_too_long')
  await expectFault(checkNewPassword(ctx, 'Lovelace-1815', owner), 'password_contains_email')
  // Nobody is asked about what is refused anyway.
  expect(asked).toEqual([])
  const common = await surround({ common: async () => true })
  await expectFault(checkNewPassword(common.ctx, password, owner), 'password_common')
  const breached = await surround({ mode: 'open', breached: 'found' })
  await expectFault(checkNewPassword(breached.ctx, password, owner), 'password_breached')
})

test('both lists are asked at the same time, for the form in which passwords are compared', async () => {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const { ctx, asked } = await surround({ mode: 'closed', common: () => promise })
  const checked = checkNewPassword(ctx, password.normalize('NFD'), owner)
  await Bun.sleep(0)
  expect(asked.sort()).toEqual([`breached ${password}`, `common ${password}`])
  resolve(false)
  await checked
})

test('breaches are looked up only where that is switched on', async () => {
  const { ctx, asked } = await surround({ mode: 'off', breached: 'found' })
  await checkNewPassword(ctx, password, owner)
  expect(asked).toEqual([`common ${password}`])
})

test('where the check is open, a password passes that can’t be checked, and that is logged without it', async () => {
  const { ctx, logs } = await surround({ mode: 'open', breached: 'unavailable' })
  await checkNewPassword(ctx, password, owner)
  expect(logs).toEqual([{ level: 'warn', message: 'breach check unavailable', requestId: ctx.request.id }])
  expect(ctx.admission.outages).toEqual(['breaches:open'])
})

test('where the check is closed, a password that can’t be checked is refused for now', async () => {
  const { ctx, logs } = await surround({ mode: 'closed', breached: 'unavailable' })
  const { definition, facts } = await refusalOf(checkNewPassword(ctx, password, owner))
  expect(definition).toMatchObject({ code: 'password_check_unavailable', status: 503 })
  expect(facts).toEqual({ extensions: { retryAfterSeconds: 30 }, headers: { 'retry-after': '30' } })
  expect(logs).toHaveLength(1)
  expect(ctx.admission.outages).toEqual(['breaches:closed'])
})

test('a common password is refused as such, whatever becomes of the other check', async () => {
  for (const breached of ['found', 'unavailable'] as const) {
    const { ctx } = await surround({ mode: 'closed', breached, common: async () => true })
    await expectFault(checkNewPassword(ctx, password, owner), 'password_common')
  }
})

test('a list of common passwords that can’t be read refuses nobody, and that is logged without the password', async () => {
  const { ctx, logs } = await surround({ common: () => Promise.reject(new Error('answered with 404')) })
  await checkNewPassword(ctx, password, owner)
  expect(logs).toMatchObject([
    {
      level: 'warn',
      message: 'list of common passwords unavailable',
      requestId: ctx.request.id,
      cause: { type: 'Error', message: 'answered with 404' },
    },
  ])
})
