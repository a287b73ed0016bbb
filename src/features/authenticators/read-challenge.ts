import { fromBase64Url } from '#core/secrets'

const decoder = new TextDecoder()

/** The challenge that a browser says it signed (WebAuthn Level 3, section 5.8.1); undefined where it says none. */
export const readChallenge = ({ response }: { response: { clientDataJSON: string } }): string | undefined => {
  try {
    const clientData: unknown = JSON.parse(decoder.decode(fromBase64Url(response.clientDataJSON)))
    const isNamed = typeof clientData === 'object' && clientData !== null && 'challenge' in clientData
    return isNamed && typeof clientData.challenge === 'string' ? clientData.challenge : undefined
  } catch {
    return undefined
  }
}
