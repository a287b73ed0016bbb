import type { Server, Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server'

/** How the server behaves from now on. What it takes it keeps, whether or not its answer arrives. */
export type SmtpBehaviour =
  | { mode: 'ok' }
  /** Nobody listens, and open connections are cut; the next behaviour listens again on the same port. */
  | { mode: 'dead' }
  /** Takes the message and says so after `ms`. */
  | { mode: 'slow'; ms: number }
  /** Accepts the connection and never greets. */
  | { mode: 'hang' }
  /** Speaks another protocol. */
  | { mode: 'malformed' }
  /** Takes the message and never answers. */
  | { mode: 'stalled' }
  /** Takes the message and cuts the connection without a word. */
  | { mode: 'lost' }
  /** 451 to the message. */
  | { mode: 'tempfail' }
  /** 550 to the recipient, with a text that quotes the address as real servers do, or another reply. */
  | { mode: 'reject-recipient'; code?: number; text?: string }
  /** 550 to the sender. */
  | { mode: 'reject-sender' }
  /** 554 to the message. */
  | { mode: 'reject-message' }
  /** 535 to every log-in. */
  | { mode: 'reject-login' }

export interface DeliveredMail {
  /** The envelope. */
  from: string
  to: string[]
  /** By name in lower case, unfolded. */
  headers: Record<string, string>
  /** The message as it came, headers included. */
  raw: string
  /** Who had logged in. */
  user: string | null
  isEncrypted: boolean
}

/** An SMTP server on a port of 127.0.0.1: a child process needs no more than its `url`. */
export interface SmtpSink {
  /** For SMTP_URL. */
  url: string
  /** Every message it took, oldest first. SMTP knows no idempotency, so twins are here twice. */
  mails: () => DeliveredMail[]
  /** How many connections were opened so far. */
  connections: () => number
  behave: (behaviour: SmtpBehaviour) => Promise<void>
  stop: () => Promise<void>
}

export interface SmtpSinkOptions {
  /** With the certificate that smtp-server brings, which nobody trusts. */
  tls?: 'none' | 'starttls' | 'implicit'
}

const refusal = (responseCode: number, text: string) => Object.assign(new Error(text), { responseCode })

const readHeaders = (raw: string): Record<string, string> => {
  const [head = ''] = raw.split('\r\n\r\n')
  const lines = head.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n')
  return Object.fromEntries(
    lines.map((line) => [line.replace(/:.*/s, '').toLowerCase(), line.replace(/^[^:]*: */, '')]),
  )
}

const toMail = (raw: string, { envelope, secure, user }: SMTPServerSession): DeliveredMail => ({
  from: envelope.mailFrom ? envelope.mailFrom.address : '',
  to: envelope.rcptTo.map(({ address }) => address),
  headers: readHeaders(raw),
  raw,
  user: typeof user === 'string' ? user : null,
  isEncrypted: secure,
})

type Handlers = Required<Pick<SMTPServerOptions, 'onConnect' | 'onAuth' | 'onMailFrom' | 'onRcptTo' | 'onData'>>

/** How a session goes, by how the server behaves when it gets there. */
const createHandlers = (current: () => SmtpBehaviour, taken: DeliveredMail[], cut: () => void): Handlers => ({
  onConnect: (_session, callback) => {
    if (!['hang', 'malformed'].includes(current().mode)) callback()
  },
  onAuth: ({ username }, _session, callback) =>
    current().mode === 'reject-login' ? callback(refusal(535, 'No.')) : callback(null, { user: username }),
  onMailFrom: ({ address }, _session, callback) =>
    current().mode === 'reject-sender' ? callback(refusal(550, `${address} may not send here`)) : callback(),
  onRcptTo: ({ address }, _session, callback) => {
    const now = current()
    if (now.mode !== 'reject-recipient') return callback()
    return callback(refusal(now.code ?? 550, now.text ?? `<${address}>: there is nobody of this name`))
  },
  onData: async (stream, session, callback) => {
    const raw = (await buffer(stream).catch(() => undefined))?.toString()
    // Its sender died in the middle of it.
    if (raw === undefined) return
    const now = current()
    if (now.mode === 'tempfail') return callback(refusal(451, 'Try again later'))
    if (now.mode === 'reject-message') return callback(refusal(554, 'This is spam'))
    taken.push(toMail(raw, session))
    if (now.mode === 'lost') return cut()
    if (now.mode === 'stalled') return
    if (now.mode === 'slow') await Bun.sleep(now.ms)
    return callback()
  },
})

/** Starts a server that behaves. */
export const startSmtpSink = async ({ tls = 'none' }: SmtpSinkOptions = {}): Promise<SmtpSink> => {
  const taken: DeliveredMail[] = []
  const sockets = new Set<Socket>()
  let connections = 0
  let behaviour: SmtpBehaviour = { mode: 'ok' }

  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }

  const listen = (port: number) =>
    new Promise<Server>((resolve, reject) => {
      const smtp = new SMTPServer({
        secure: tls === 'implicit',
        disabledCommands: tls === 'starttls' ? [] : ['STARTTLS'],
        authOptional: true,
        allowInsecureAuth: true,
        disableReverseLookup: true,
        logger: false,
        ...createHandlers(() => behaviour, taken, cut),
      })
      // A client that goes away in the middle is what some tests are about.
      smtp.on('error', reject)
      smtp.server.on('connection', (socket: Socket) => {
        connections += 1
        sockets.add(socket)
        if (behaviour.mode === 'malformed') socket.write('HTTP/1.1 400 Bad Request\r\n\r\n')
        socket.once('close', () => sockets.delete(socket))
      })
      smtp.listen(port, '127.0.0.1', () => resolve(smtp.server))
    })

  let server: Server | undefined = await listen(0)
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The sink has no port.')
  const { port } = address

  const silence = async () => {
    const open = server
    server = undefined
    if (!open) return
    const closed = new Promise((resolve) => open.close(resolve))
    cut()
    await closed
  }

  return {
    url: `${tls === 'implicit' ? 'smtps' : 'smtp'}://127.0.0.1:${port}`,
    mails: () => [...taken],
    connections: () => connections,
    behave: async (next) => {
      behaviour = next
      if (next.mode === 'dead') return silence()
      server ??= await listen(port)
      // These are about what comes at first on a connection, so none may have it behind it.
      if (next.mode === 'hang' || next.mode === 'malformed') cut()
    },
    stop: silence,
  }
}
