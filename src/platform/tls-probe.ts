import { connect } from 'node:tls'

/** What a handshake showed. */
export interface Handshake {
  /** Whether those who trust public authorities trust it, for this name. */
  isTrusted: boolean
  /** Why not, in the words of OpenSSL. */
  reason: string
  /** Until the certificate ends; below zero when it has. */
  daysLeft: number
  protocol: string
}

const day = 86_400_000

/**
 * Shakes hands by TLS with whoever it is, and sends nothing. Rejects when nobody does.
 * @param now for how long the certificate is good
 */
export const shakeHands = ({ hostname, port }: URL, now: Date, timeoutMs: number): Promise<Handshake> =>
  new Promise((resolve, reject) => {
    const host = hostname.replace(/^\[|\]$/g, '')
    const socket = connect({ host, port: Number(port || 443), servername: host, rejectUnauthorized: false }, () => {
      const { valid_to: end } = socket.getPeerCertificate()
      const { authorized, authorizationError } = socket
      const daysLeft = (Date.parse(end) - now.getTime()) / day
      resolve({
        isTrusted: authorized && daysLeft > 0,
        reason: String(authorizationError ?? `it ended at ${end}`),
        daysLeft,
        protocol: socket.getProtocol() ?? 'unknown',
      })
      socket.destroy()
    })
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error('Nobody shook hands in time.')))
    socket.once('error', reject)
  })
