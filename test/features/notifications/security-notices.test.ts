import { expect, test } from 'bun:test'
import type { JobContext } from '#core/context'
import { sendSecurityNotice } from '#features/accounts/send-security-notice'
import { completed, type JobPayloads } from '#features/jobs/contract'
import { jobPayloads } from '#features/jobs/payloads'
import { sampleValues } from '#features/notifications/templates/sample-mail'
import { openWorld, type World } from '../../platform'
import { ada } from '../people'
import { addProvedPerson, scriptMailer } from './scripted-mailer'

type Notice = JobPayloads['send-security-notice']

const schema = jobPayloads['send-security-notice']
const { notice: kinds } = schema.shape

/** Works a notice as a job of its own, and gives the mail that went out. */
const mailFor = async (world: World, payload: Notice) => {
  const { tries, mailer } = scriptMailer()
  const ctx: JobContext = {
    ...world.startAnother({}, { mailer }).platform,
    request: world.contextOf({ kind: 'anonymous' }).request,
    actor: { kind: 'system', job: 'send-security-notice' },
    job: { id: world.platform.ids.next(), causedAt: world.clock.now(), isLastTry: false },
  }
  expect(await sendSecurityNotice(ctx, payload)).toEqual(completed)
  expect(tries).toHaveLength(1)
  return tries[0]
}

test('every notice is mailed to the address of then, with just the values of its mail', async () => {
  const world = await openWorld()
  const { user } = await addProvedPerson(world)
  const of = { userId: user.id, recipient: 'then@example.com', newEmail: 'new@example.com', detail: 'Desk Engine' }
  for (const notice of kinds.options) {
    const mail = await mailFor(world, schema.parse({ ...of, notice }))
    expect(mail).toMatchObject({ to: 'then@example.com', template: notice, data: { name: ada.name } })
    expect(Object.keys(mail?.data ?? {}).toSorted()).toEqual(Object.keys(sampleValues[notice]).toSorted())
    expect(Object.entries(of)).toEqual(
      expect.arrayContaining(Object.entries(mail?.data ?? {}).filter(([key]) => ['newEmail', 'detail'].includes(key))),
    )
  }
})

test('a notice of a job that says nothing of what it speaks of is whole without', async () => {
  const world = await openWorld()
  const { user } = await addProvedPerson(world)
  const of = { userId: user.id, recipient: ada.email, newEmail: null }
  for (const payload of [of, { ...of, detail: null }]) {
    const mail = await mailFor(world, schema.parse({ ...payload, notice: 'passkey-added' }))
    expect(mail?.text).toContain('\n\nA passkey was added to your account at Postern.')
    expect(mail?.data.detail).toBe('')
  }
})
