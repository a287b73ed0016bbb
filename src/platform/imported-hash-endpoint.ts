import { verifyImportedHash } from './verify-imported-hash'

const isPair = (body: unknown): body is [password: string, hash: string] =>
  Array.isArray(body) && body.length === 2 && body.every((part) => typeof part === 'string')

/**
 * The other side of `createBoundVerifier`. It belongs to an entrypoint that only a service binding reaches: whoever asks
 * it can try passwords against hashes at our expense.
 */
export const answerImportedHash = async (request: Request): Promise<Response> => {
  const body: unknown = await request.json()
  if (!isPair(body)) return Response.json(null, { status: 400 })
  return Response.json(await verifyImportedHash(...body))
}
