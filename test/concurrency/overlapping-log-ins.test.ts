import { expect, test } from 'bun:test'
import { type Account, freshEmail, freshPassword, given, type Person } from '../given'
import { useToken } from '../support/mailed-tokens'
import type { Reply } from '../support/send'
import type { Server } from '../support/server'
import { expectAlive, expectEnded, expectNoLogIn, logIn } from '../support/sessions'
import { TokenSet } from '../support/shapes'
import { target } from '../target'
import { overlap } from './overlap'

const server = await target()
const open = await target({ EMAIL_VERIFICATION: 'optional' })

/** Something that waits to be done. */
type Prepared = () => Promise<Reply>

const logIns: [string, (on: Server, account: Account) => Promise<Prepared>][] = [
  ['the password', async (on, account) => () => logIn(on, account)],
  [
    'the link',
    async (on, { email }) => {
      const { token } = await given.logInMail(on, email)
      return () => useToken(on, 'log-in', token)
    },
  ],
  [
    'the code',
    async (on, { email }) => {
      const { code } = await given.logInMail(on, email)
      return () => on.send('POST /v1/auth/email-link/consume', { json: { email, code } })
    },
  ],
]

/** What ends sessions of an account, and whether that of the person survives it. */
const recoveries: [string, (person: Person) => Promise<Prepared>, boolean][] = [
  [
    'a reset',
    async ({ email }) => {
      const token = await given.resetToken(server, email)
      return () => useToken(server, 'reset-password', token)
    },
    false,
  ],
  [
    'a change of the password',
    async ({ accessToken, password }) => {
      const json = { currentPassword: password, newPassword: freshPassword() }
      return () => server.send('POST /v1/auth/password/change', { accessToken, json })
    },
    true,
  ],
  [
    'a change of the address',
    async (person) => {
      const token = await given.emailChangeToken(server, person, freshEmail())
      return () => useToken(server, 'change-email', token)
    },
    true,
  ],
]

/** Holds a log-in that overlapped to having been refused, or to being over by now. */
const expectNothingLeft = async (on: Server, reply: Reply) => {
  if (reply.status === 200) await expectEnded(on, TokenSet.parse(reply.json))
  else expect(reply.status).toBeWithin(400, 500)
}

for (const [recovery, prepareRecovery, keepsSession] of recoveries) {
  test.each(logIns)(`a log-in by %s that begins before ${recovery} is done is refused, or over`, async (_, prepare) => {
    const person = await given.person(server)
    const [enter, recover] = [await prepare(server, person), await prepareRecovery(person)]
    const [entered, recovered] = await overlap(person.email, 'person', enter, recover)
    expect(recovered.status).toBeWithin(200, 300)
    await expectNothingLeft(server, entered)
    await (keepsSession ? expectAlive : expectEnded)(server, person)
  })

  test.each(logIns)(
    `a log-in by %s that begins while ${recovery} ends sessions is refused, or over`,
    async (_, prepare) => {
      const person = await given.person(server)
      const other = await given.session(server, person)
      const [enter, recover] = [await prepare(server, person), await prepareRecovery(person)]
      const [recovered, entered] = await overlap(person.email, 'sessions', recover, enter)
      expect(recovered.status).toBeWithin(200, 300)
      await expectNothingLeft(server, entered)
      await expectEnded(server, other)
    },
  )
}

test.each(logIns.slice(1))(
  'an intruder’s log-in that begins before the owner’s first one by %s is done leaves nothing',
  async (_, prepare) => {
    const intruder = await given.newcomer(open)
    const prove = await prepare(open, intruder)
    const [entered, proved] = await overlap(intruder.email, 'person', () => logIn(open, intruder), prove)
    await expectAlive(open, TokenSet.parse(proved.json))
    await expectNothingLeft(open, entered)
    await expectEnded(open, intruder)
    await expectNoLogIn(open, intruder)
  },
)

test.each(logIns.slice(1))(
  'an intruder’s log-in that begins while the owner’s first one by %s ends sessions leaves nothing',
  async (_, prepare) => {
    const intruder = await given.newcomer(open)
    const prove = await prepare(open, intruder)
    const [proved, entered] = await overlap(intruder.email, 'sessions', prove, () => logIn(open, intruder))
    await expectAlive(open, TokenSet.parse(proved.json))
    await expectNothingLeft(open, entered)
    await expectNoLogIn(open, intruder)
  },
)
