import type { MailOutcome } from '#core/platform'
import { messages } from '#db/schema/notifications'
import { takeNextJob } from '#features/jobs/take-next-job'
import { jobHandlers } from '../../../src/job-handlers'
import type { SentMail, World } from '../../platform'
import { verifyEmail } from '../accounts/mailed'
import { endWaits } from '../jobs/queue'
import { ada, logIn, mailedToken, registerAndLogIn } from '../people'

export const later: MailOutcome = { state: 'deferred', reason: 'provider 503', retryAfterSeconds: null }
export const never: MailOutcome = { state: 'rejected', reason: 'provider 422', isRecipientInvalid: false }
export const nobodyThere: MailOutcome = { state: 'rejected', reason: 'provider 422 to', isRecipientInvalid: true }

/** A provider that answers this to one try after the other, and takes every mail after them; and what it was given. */
export const scriptMailer = (...outcomes: (MailOutcome | Error)[]) => {
  const tries: SentMail[] = []
  const left = [...outcomes]
  const send = async (mail: Omit<SentMail, 'idempotencyKey'>, idempotencyKey: string): Promise<MailOutcome> => {
    tries.push({ ...mail, idempotencyKey })
    const outcome = left.shift() ?? { state: 'sent', providerId: 'a provider’s name for it' }
    if (outcome instanceof Error) throw outcome
    return outcome
  }
  return { tries, mailer: { send } }
}

/** Works one job, whatever it waits for. */
export const workOnce = async (world: World): Promise<void> => {
  await endWaits(world)
  const work = await takeNextJob(world.platform, jobHandlers)
  await work?.()
}

/** Somebody with a proved address, logged in; nothing was mailed to them that anybody remembers. */
export const addProvedPerson = async (world: World) => {
  await registerAndLogIn(world)
  await verifyEmail(world, mailedToken(world))
  const tokens = await logIn(world)
  await world.db.delete(messages)
  world.outbox.length = 0
  return tokens
}

/** Queues a reset mail, and works nothing. */
export const askForReset = (world: World, email = ada.email) =>
  world.send('POST /v1/auth/password/forgot', { json: { email } })

/** Has every job that is done done again, as after a crash that forgot it was. */
export const forgetThatJobsAreDone = (world: World) =>
  world.db.run(
    "update pgboss.job set state = 'retry', completed_on = null where name <> 'dead-letters' and state >= 'completed'",
    [],
    'objects',
  )
