import { generateKeyPairSync, sign } from 'node:crypto'
import { der, extension, integer, name, oid, sequence } from './passkey-certificates'

const ascii = (text: string) => new TextEncoder().encode(text)

/** UTCTime (X.690, section 11.8). */
const utcTime = (at: Date) => der(0x17, ascii(at.toISOString().replaceAll(/\D/g, '').slice(2, 14).concat('Z')))

const farAway = new Date('2049-12-31T23:59:59Z')

/**
 * A key and a certificate for one name, which nobody vouches for but itself (RFC 5280).
 * @param until when it ends
 */
export const makeTlsCertificate = (host: string, until = farAway): { key: string; cert: string } => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = sequence(oid('1.2.840.10045.4.3.2'))
  const subject = name({ '2.5.4.3': host })
  const validity = sequence(utcTime(new Date('2000-01-01T00:00:00Z')), utcTime(until))
  const names = extension('2.5.29.17', sequence(der(0x82, ascii(host))))
  const spki = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }))
  const said = [integer(7), algorithm, subject, validity, subject, spki, der(0xa3, sequence(names))]
  const body = sequence(der(0xa0, integer(2)), ...said)
  const signature = new Uint8Array(sign('sha256', body, privateKey))
  const certificate = sequence(body, algorithm, der(0x03, new Uint8Array([0]), signature))
  const lines = certificate.toBase64().replace(/.{64}(?=.)/g, '$&\n')
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  }
}
