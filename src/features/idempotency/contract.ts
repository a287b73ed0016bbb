import * as z from 'zod'

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
