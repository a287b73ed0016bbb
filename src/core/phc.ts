/**
 * The bytes of an unpadded base64 part of a PHC string. Undefined for any but the one spelling of its bytes: libraries
 * refuse others at once, which would show in the time an answer takes.
 */
export const decodeBase64 = (text: string): Uint8Array<ArrayBuffer> | undefined => {
  if (!/^[A-Za-z0-9+/]+$/.test(text) || text.length % 4 === 1) return undefined
  const binary = atob(text)
  if (btoa(binary).replaceAll('=', '') !== text) return undefined
  return Uint8Array.from(binary, (character) => character.charCodeAt(0))
}
