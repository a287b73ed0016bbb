import { connect as connectPlainly, isIP, type Socket } from 'node:net'
import { connect as connectSecurely } from 'node:tls'
import type { Syslog } from '#core/syslog'

const defaultTimeoutMs = 10_000
const defaultPorts = { 'tcp:': 514, 'tls:': 6514 }

interface SyslogOptions {
  /** For all messages of one call, the connection included. */
  timeoutMs?: number
  /** Whom to believe beside those that the system does, as PEM. */
  ca?: string
}

const open = ({ protocol, hostname, port }: URL, ca: string | undefined): Socket => {
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  if (protocol === 'tcp:') return connectPlainly({ host, port: Number(port || defaultPorts['tcp:']) })
  const servername = isIP(host) === 0 ? { servername: host } : {}
  return connectSecurely({
    host,
    port: Number(port || defaultPorts['tls:']),
    ...servername,
    ...(ca !== undefined && { ca }),
  })
}

/** Octet counting (RFC 6587, section 3.4.1; RFC 5425, section 4.3). */
const frame = (message: string): string => `${new TextEncoder().encode(message).length} ${message}`

const codeOf = (error: Error): string => ('code' in error && typeof error.code === 'string' ? error.code : error.name)

/**
 * Sends to a syslog server over TCP or TLS, on Bun, each time on a connection of its own. Syslog acknowledges nothing; but
 * who closes their side after we closed ours has read all that came before.
 */
export const createSyslog = (url: string, { timeoutMs = defaultTimeoutMs, ca }: SyslogOptions = {}): Syslog => ({
  send: (messages) =>
    new Promise((resolve, reject) => {
      const socket = open(new URL(url), ca)
      let isSent = false
      let isRead = false
      const fail = (code: string) => {
        reject(new Error(`syslog ${code}`))
        socket.destroy()
      }
      const deadline = setTimeout(() => fail('timeout'), timeoutMs)
      socket.on('error', (error) => fail(codeOf(error)))
      socket.on('finish', () => {
        isSent = true
      })
      // Whatever a server says is not for us, but unread it would keep the end from coming.
      socket.resume()
      socket.on('end', () => {
        isRead = isSent
      })
      socket.on('close', () => {
        clearTimeout(deadline)
        if (isRead) resolve()
        else fail('closed')
      })
      socket.end(messages.map(frame).join(''))
    }),
})
