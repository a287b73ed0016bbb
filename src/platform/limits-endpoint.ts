import type { LimitUse, RateLimiter } from '#core/platform'

/** Answers what `createBoundLimiter` asks. Only our own Worker can, so what it sends is what it says it is. */
export const answerLimits = async (limiter: RateLimiter, request: Request): Promise<Response> => {
  const uses: LimitUse[] = await request.json()
  return Response.json(await limiter.take(uses))
}
