import { afterEach, expect, test } from 'bun:test'
import { createSyslog } from '#platform/syslog-bun'
import { startSyslogReceiver } from '../support/syslog-receiver'
import { makeTlsCertificate } from '../support/tls-certificate'

const stops: (() => Promise<void>)[] = []

const start = async (tls?: { key: string; cert: string }) => {
  const receiver = await startSyslogReceiver(tls)
  stops.push(receiver.stop)
  return receiver
}

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

const messages = ['first', 'größer als ASCII', 'with\nan end of line', `long ${'x'.repeat(100_000)}`]

test('messages arrive whole and in order over TCP, each with its length in bytes', async () => {
  const receiver = await start()
  const syslog = createSyslog(`tcp://127.0.0.1:${receiver.port}`)
  await syslog.send(messages)
  await syslog.send(['another'])
  expect(receiver.messages()).toEqual([...messages, 'another'])
})

test('the same over TLS, to one whose certificate somebody vouches for and nobody else', async () => {
  const certificate = makeTlsCertificate('localhost')
  const receiver = await start(certificate)
  await createSyslog(`tls://localhost:${receiver.port}`, { ca: certificate.cert }).send(messages)
  expect(receiver.messages()).toEqual(messages)
  const stranger = createSyslog(`tls://localhost:${receiver.port}`, { ca: makeTlsCertificate('localhost').cert })
  await expect(stranger.send(messages)).rejects.toThrow('syslog')
  const misnamed = createSyslog(`tls://127.0.0.1:${receiver.port}`, { ca: certificate.cert })
  await expect(misnamed.send(messages)).rejects.toThrow('syslog')
  expect(receiver.messages()).toEqual(messages)
})

test('what was not read to its end counts as not sent', async () => {
  const receiver = await start()
  const syslog = createSyslog(`tcp://127.0.0.1:${receiver.port}`, { timeoutMs: 300 })
  await receiver.behave({ mode: 'cut', bytes: 10 })
  await expect(syslog.send(messages)).rejects.toThrow('syslog')
  await receiver.behave({ mode: 'hang' })
  await expect(syslog.send(messages)).rejects.toThrow('syslog timeout')
  await receiver.behave({ mode: 'dead' })
  await expect(syslog.send(messages)).rejects.toThrow('syslog ECONNREFUSED')
  await receiver.behave({ mode: 'ok' })
  await syslog.send(['again'])
  expect(receiver.messages().at(-1)).toBe('again')
})
