import * as z from 'zod'

const SentMail = z.object({
  from: z.string(),
  to: z.string(),
  subject: z.string(),
  text: z.string(),
  html: z.string(),
  headers: z.record(z.string(), z.string()).default({}),
})

export type ReceivedMail = z.output<typeof SentMail> & {
  idempotencyKey: string | null
  /** How often its reader got it. */
  deliveries: number
}

/** What a provider decides about a request. */
export interface Verdict {
  status: number
  body: Record<string, unknown>
}

interface Taken {
  id: string
  body: string
  isInProgress: boolean
}

/**
 * What Resend remembers of mails: the first request of an idempotency key delivers, an equal one gets the same answer,
 * and one with another body, or one that comes while the first is under way, gets a 409.
 */
export const createMailLedger = () => {
  const mails: ReceivedMail[] = []
  const keys = new Map<string, Taken>()

  const deliver = (idempotencyKey: string | null, mail: z.output<typeof SentMail>) => {
    const known = mails.find((known) => idempotencyKey !== null && known.idempotencyKey === idempotencyKey)
    if (known) known.deliveries += 1
    else mails.push({ ...mail, idempotencyKey, deliveries: 1 })
  }

  const repeat = (taken: Taken, body: string): Verdict =>
    taken.isInProgress
      ? { status: 409, body: { name: 'concurrent_idempotent_requests' } }
      : taken.body !== body
        ? { status: 409, body: { name: 'invalid_idempotent_request' } }
        : { status: 200, body: { id: taken.id } }

  return {
    mails: () => mails.map((mail) => ({ ...mail })),
    forgetKeys: () => keys.clear(),
    /** Takes a request's body under its key; `done` is for when it is answered. */
    take: (key: string | null, body: string): { verdict: Verdict; done: () => void } => {
      const known = key === null ? undefined : keys.get(key)
      if (known) return { verdict: repeat(known, body), done: () => {} }
      const mail = SentMail.safeParse(JSON.parse(body))
      if (!mail.success) return { verdict: { status: 422, body: { name: 'missing_required_field' } }, done: () => {} }
      const taken: Taken = { id: crypto.randomUUID(), body, isInProgress: true }
      if (key !== null) keys.set(key, taken)
      deliver(key, mail.data)
      return {
        verdict: { status: 200, body: { id: taken.id } },
        done: () => {
          taken.isInProgress = false
        },
      }
    },
  }
}
