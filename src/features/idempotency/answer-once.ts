import { type Context, type RefusalWriter, requireUser } from '#core/context'
import { sessionRevoked } from '#core/problems'
import { hashToken, openSealed, seal } from '#core/secrets'
import { type KeptAnswer, type KeyedRequest, SealedAnswer } from './contract'
import { idempotencyKeyReused } from './problems'
import { type AnswerRow, claimKey, findAnswer, keepAnswer } from './queries'

/**
 * Answers a request with a key once (draft-ietf-httpapi-idempotency-key-header, section 2): `act` and its answer are
 * committed together or not at all, and whoever repeats the request within a day gets that answer. Who comes meanwhile
 * waits for it. When `act` throws, nothing has happened and the key is free.
 * @param act runs inside a transaction, by the context that it is given: SQL and nothing else that waits
 * Throws `unauthenticated`, `session-revoked`, `idempotency-key-reused`, `database-unavailable` when the wait is too long.
 */
export async function answerOnce(
  ctx: Context,
  { key, content }: KeyedRequest,
  act: (ctx: Context) => Promise<KeptAnswer>,
): Promise<{ answer: KeptAnswer; isReplayed: boolean }> {
  const { userId, sessionId } = requireUser(ctx)
  const owned = { userId, keyHash: await hashToken(key) }
  // With the key in it, which is not stored, nobody finds a short body by trying.
  const requestHash = await hashToken(`${key} ${content}`)
  const bound = `${userId}.${owned.keyHash}`

  const replay = async (row: AnswerRow): Promise<KeptAnswer> => {
    if (row.requestHash !== requestHash) throw idempotencyKeyReused()
    const opened = await openSealed(ctx, 'idempotent-answer-seal', bound, row.sealedBody)
    return { status: row.status, ...SealedAnswer.parse(JSON.parse(opened)) }
  }

  let hasJobs = false
  // A poke before the commit would find no job.
  const pokeJobs = () => {
    hasJobs = true
  }
  const refusals: RefusalWriter[] = []
  const onRollback = (write: RefusalWriter) => void refusals.push(write)
  const recordRefusals = async (error: unknown): Promise<never> => {
    for (const write of refusals) await write(ctx.db)
    throw error
  }
  const work = async (db: Context['db']) => {
    const [claim] = await claimKey(db, { ...owned, sessionId, requestHash, now: ctx.clock.now() })
    if (!claim) throw sessionRevoked()
    if (!claim.isClaimed) return { known: (await findAnswer(db, owned))[0] }
    const given = await act({ ...ctx, db, pokeJobs, onRollback })
    const { status, ...rest } = given
    const sealedBody = await seal(ctx, 'idempotent-answer-seal', bound, JSON.stringify(rest))
    await keepAnswer(db, { ...owned, status, sealedBody })
    return { given }
  }
  const { given, known } = await ctx.db.transaction(work).catch(recordRefusals)
  if (hasJobs) ctx.pokeJobs()
  if (given) return { answer: given, isReplayed: false }
  if (!known) throw new Error('A key was taken, and there is no answer under it.')
  return { answer: await replay(known), isReplayed: true }
}
