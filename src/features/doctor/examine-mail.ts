import type { Config } from '#core/config'
import type { CoreContext } from '#core/context'
import type { Dns } from '#core/dns'
import type { MailFacts, RecordState } from './contract'

/** The domain of `Postern <mail@example.com>`. */
const domainOf = (sender: string): string => /@([^@>\s]+)>?\s*$/.exec(sender)?.[1]?.toLowerCase() ?? ''

/** Looks for a record under each name in turn, until one has it. */
const look = async (dns: Dns, names: string[], isIt: (text: string) => boolean): Promise<RecordState> => {
  const answers = await Promise.all(names.map((name) => dns.txt(name)))
  if (answers.some((answer) => answer.outcome === 'found' && answer.texts.some(isIt))) return 'found'
  return answers.some(({ outcome }) => outcome === 'unavailable') ? 'unavailable' : 'absent'
}

/** The domain and those above it that may speak for it: the last has two labels (RFC 7489, section 6.6.3). */
const upwards = (domain: string): string[] => {
  const labels = domain.split('.')
  return labels.slice(0, Math.max(1, labels.length - 1)).map((_, at) => labels.slice(at).join('.'))
}

/** What the provider signs with, unless somebody says so. */
const selectorOf = ({ RESEND_API_KEY }: Config): string | undefined => (RESEND_API_KEY ? 'resend' : undefined)

/**
 * What DNS says of the domain that our mail comes from: who may send it (SPF, RFC 7208), the key that signs it (DKIM, RFC
 * 6376), what becomes of mail that is neither (DMARC, RFC 7489). Nothing where no mail leaves.
 * @param dkimSelector of the key, where the provider does not say it
 */
export async function examineMail(
  { config, dns }: Pick<CoreContext, 'config' | 'dns'>,
  dkimSelector = selectorOf(config),
): Promise<MailFacts | null> {
  const domain = domainOf(config.EMAIL_FROM)
  if (!config.RESEND_API_KEY && !config.SMTP_URL) return null
  if (!domain.includes('.')) return null
  // Resend sends with a return path of its own below the domain, and that is what SPF is about.
  const senders = config.RESEND_API_KEY ? [`send.${domain}`, domain] : [domain]
  const [spf, dkim, dmarc] = await Promise.all([
    look(dns, senders, (text) => /^v=spf1(\s|$)/i.test(text)),
    dkimSelector === undefined
      ? ('unknown' as const)
      : look(dns, [`${dkimSelector}._domainkey.${domain}`], (text) => /(^|;)\s*p=[^;\s]/.test(text)),
    look(
      dns,
      upwards(domain).map((name) => `_dmarc.${name}`),
      (text) => /^v=DMARC1\s*;/i.test(text),
    ),
  ])
  return { domain, spf, dkim, dmarc }
}
