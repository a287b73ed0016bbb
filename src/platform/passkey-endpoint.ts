import type { PasskeyVerifier } from '#core/passkeys'

type Call = {
  [Name in keyof PasskeyVerifier]: { name: Name; values: Parameters<PasskeyVerifier[Name]> }
}[keyof PasskeyVerifier]

/** Answers what `createBoundPasskeyVerifier` asks. Only our own Worker can, so what it sends is what it says it is. */
export const answerPasskey = async (verifier: PasskeyVerifier, request: Request): Promise<Response> => {
  const call: Call = await request.json()
  const found =
    call.name === 'verifyAttestation'
      ? await verifier.verifyAttestation(...call.values)
      : await verifier.verifyAssertion(...call.values)
  return Response.json({ found: found ?? null })
}
