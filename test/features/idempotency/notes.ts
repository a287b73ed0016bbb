import { sql } from 'drizzle-orm'
import * as z from 'zod'
import { type Context, requireUser } from '#core/context'
import { notFound } from '#core/problems'
import { liveCaller } from '#db/live-session'
import { statement } from '#db/statement'
import { type EventValues, eventValues } from '#features/audit/event-values'
import { recordEvent } from '#features/audit/fragments'
import { answerOnce } from '#features/idempotency/answer-once'
import { authenticateAccessToken } from '#features/sessions/authenticate-access-token'
import { attachContext } from '#http/attach-context'
import { idempotent } from '#http/idempotent'
import { noteRequestFacts } from '#http/request-facts'
import { logRequest, noteBeginning } from '#http/request-log'
import { respondWithProblem } from '#http/respond-with-problem'
import { createRouter } from '#http/router'
import { validate } from '#http/validate'
import type { World } from '../../platform'

/** Each is an event of its own: what a creating route of the product would have made. */
const insertNote = statement<EventValues & { userId: string; sessionId: string; text: string }, { id: string }>(
  'insertNote',
  (value) => sql`
  with caller as (${liveCaller(value)}),
  noted as (${recordEvent(value, {
    type: 'profile.updated',
    from: sql`caller`,
    userId: sql`caller.user_id`,
    data: { fields: sql`${value.text}::text` },
  })} returning id)
  select id from noted`,
)

export const Note = z.strictObject({ id: z.uuid(), text: z.string(), secret: z.string() })
type Note = z.output<typeof Note>

export const refusedText = 'a text that is refused after it was written'

/** Writes a note, whose secret is shown this once. Throws `not-found` for one text, too late. */
const createNote = async (ctx: Context, { text }: { text: string }): Promise<Note> => {
  const { userId, sessionId } = requireUser(ctx)
  const [row] = await insertNote(ctx.db, { ...eventValues(ctx), userId, sessionId, text })
  ctx.pokeJobs()
  if (!row || text === refusedText) throw notFound()
  return { id: row.id, text, secret: `secret-${ctx.random.bytes(16).toHex()}` }
}

/** Runs in the middle of a request, when its note is written and its answer is not. */
type Interruption = (ctx: Context) => Promise<unknown>

const Body = z.strictObject({ text: z.string() })

/** A router with creating routes as features will have them. */
export const createNotes = (interrupt: Interruption = async () => {}) => {
  const attach = attachContext(authenticateAccessToken)
  const router = createRouter()
    .use(async (c, next) => {
      noteRequestFacts(c)
      const beginning = noteBeginning(c)
      await attach(c)
      await next()
      logRequest(c, beginning)
    })
    .post('/notes', validate('json', Body), idempotent(answerOnce), async (c) => {
      const note = await createNote(c.var.ctx, c.req.valid('json'))
      await interrupt(c.var.ctx)
      c.header('set-cookie', 'a=b')
      return c.json(note, 201, { location: `/notes/${note.id}` })
    })
    .post('/others', validate('json', Body), idempotent(answerOnce), async (c) =>
      c.json(await createNote(c.var.ctx, c.req.valid('json')), 201),
    )
    .post('/silent', validate('json', Body), idempotent(answerOnce), async (c) => {
      await createNote(c.var.ctx, c.req.valid('json'))
      return c.body(null, 204)
    })
    .post('/wrong', validate('json', Body), idempotent(answerOnce), async (c) => {
      await createNote(c.var.ctx, c.req.valid('json'))
      return c.text('a route that does not throw', 409)
    })
  router.onError(respondWithProblem)
  return router
}

export interface Attempt {
  token?: string
  key?: string
  text?: string
  path?: string
}

export interface Reply {
  status: number
  headers: Headers
  text: string
}

/** Sends a request to a router of notes, as an instance of the product would get it. */
export const sendNote = async (
  router: ReturnType<typeof createNotes>,
  { platform, config }: Pick<World, 'platform' | 'config'>,
  { token, key, text = 'a note', path = '/notes' }: Attempt,
): Promise<Reply> => {
  const request = new Request(new URL(path, config.BASE_URL), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(key !== undefined && { 'idempotency-key': key }),
    },
    body: JSON.stringify({ text }),
  })
  const response = await router.fetch(request, platform)
  return { status: response.status, headers: response.headers, text: await response.text() }
}

/** The code of a problem. */
export const codeOf = ({ text }: Reply): unknown => z.looseObject({ code: z.string() }).parse(JSON.parse(text)).code

/** The texts of all notes there are. */
export const listNotes = async (db: World['platform']['db']): Promise<unknown[]> =>
  (
    await db.run(
      `select data ->> 'fields' from audit_event where type = 'profile.updated' order by occurred_at, id`,
      [],
      'arrays',
    )
  ).flat()
