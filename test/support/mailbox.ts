import { noteCode, noteSecret } from './secrets'
import type { Server } from './server'
import { type Mail, Mailbox } from './shapes'

/** Mails leave after the answer, so a reader waits for them this long. */
const patienceSeconds = 15

/** What was mailed to an address so far, newest first. */
export const listMails = async (server: Server, to: string): Promise<Mail[]> =>
  Mailbox.parse((await server.send(`GET /dev/mailbox?to=${encodeURIComponent(to)}`)).json).items

/** Waits until an address has `count` mails of a template and returns the newest of them. */
export const waitForMail = async (server: Server, to: string, template: string, count = 1): Promise<Mail> => {
  for (const giveUpAt = Date.now() + patienceSeconds * 1000; Date.now() < giveUpAt; await Bun.sleep(20)) {
    const mails = (await listMails(server, to)).filter((mail) => mail.template === template)
    const [newest] = mails
    if (newest && mails.length >= count) return newest
  }
  throw new Error(`${to} did not get its mail “${template}” (${count}).`)
}

/** The token in a mail, read as its receiver would: from the link. */
export const tokenIn = (mail: Mail): string => {
  const [, token] = /#token=([\w-]+)/.exec(mail.text) ?? []
  if (token === undefined) throw new Error(`There is no link in the mail “${mail.subject}”.`)
  noteSecret(token, 'a mailed token')
  return token
}

/** The six digits in a mail: they stand on a line of their own. */
export const codeIn = (mail: Mail): string => {
  const [, code] = /^(\d{6})$/m.exec(mail.text) ?? []
  if (code === undefined) throw new Error(`There is no code in the mail “${mail.subject}”.`)
  noteCode(code)
  return code
}
