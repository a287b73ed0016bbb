import * as z from 'zod'

/** How long an answer is given again; after that its key is as good as new. */
export const keptHours = 24

/** A request that its caller may send again. */
export interface KeyedRequest {
  key: string
  /** What makes it another request: its method, its address and its body. */
  content: string
}

/** An answer, as far as it is given again. */
export interface KeptAnswer {
  status: number
  headers: Record<string, string>
  /** Null where the status allows none. */
  body: string | null
}

/** What of an answer is sealed. */
export const SealedAnswer = z.strictObject({
  headers: z.record(z.string(), z.string()),
  body: z.string().nullable(),
})
