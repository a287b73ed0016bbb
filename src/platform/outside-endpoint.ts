import type { Outside } from '#core/outside'

type Call = Parameters<Outside['get']>

/** How a fault travels, beside which a body is what was fetched. */
export const faultStatus = 422

/** Answers what `createBoundOutside` asks. Only our own Worker can, so what it sends is what it says it is. */
export const answerOutside = async (outside: Outside, request: Request): Promise<Response> => {
  const call: Call = await request.json()
  const fetched = await outside.get(...call)
  if (!fetched.ok) return Response.json(fetched.fault, { status: faultStatus })
  const { bytes, contentType } = fetched
  return new Response(bytes, { headers: contentType === null ? {} : { 'content-type': contentType } })
}
