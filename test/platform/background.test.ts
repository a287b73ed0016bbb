import { expect, test } from 'bun:test'
import type { LogEvent } from '#core/platform'
import { mailboxMessages } from '#db/schema/notifications'
import { createBackground } from '#platform/background'
import { createMailbox } from '#platform/mailbox'
import { ada, mailedToken, registerAndLogIn } from '../features/people'
import { openWorld } from '../platform'

const openBackground = () => {
  const logs: LogEvent[] = []
  return { logs, ...createBackground((event) => logs.push(event)) }
}

test('it has settled when all its work has, also the work that came up meanwhile', async () => {
  const { run, settled } = openBackground()
  const done: string[] = []
  const work = async (name: string, next?: () => void) => {
    await Bun.sleep(1)
    done.push(name)
    next?.()
  }
  run(work('first', () => run(work('second', () => run(work('third'))))))
  await settled()
  expect(done).toEqual(['first', 'second', 'third'])
})

test('work that fails is logged and stops nothing', async () => {
  const { run, settled, logs } = openBackground()
  run(Promise.reject(new Error('no luck')))
  run(Promise.resolve('fine'))
  await settled()
  expect(logs).toEqual([
    { level: 'error', message: 'background work failed', cause: expect.stringContaining('Error: no luck') },
  ])
})

test('a failure that is no error is logged without its value', async () => {
  const { run, settled, logs } = openBackground()
  run(Promise.reject('a secret'))
  await settled()
  expect(logs).toHaveLength(1)
  expect(JSON.stringify(logs)).not.toContain('a secret')
})

test('a mail that can’t be stored is logged without its text, its token and its statement', async () => {
  const world = await openWorld()
  await registerAndLogIn(world)
  const taken = crypto.randomUUID()
  const mailer = createMailbox(world.db, world.clock, { next: () => taken })
  const instance = world.startAnother({}, { mailer })
  for (const _ of [1, 2]) await instance.send('POST /v1/auth/email/verify/resend', { json: { email: ada.email } })
  await instance.settle()
  expect(await world.db.select({ to: mailboxMessages.to }).from(mailboxMessages)).toEqual([{ to: ada.email }])
  const logged = JSON.stringify(world.logs)
  expect(logged).toContain('background work failed')
  for (const value of [ada.email, mailedToken(world), 'verify-email#token', 'insert into', 'Hello']) {
    expect(logged).not.toContain(value)
  }
})
