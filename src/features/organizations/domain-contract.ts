import * as z from 'zod'
import { instant } from '#core/instant'
import { lowerAscii } from '#core/text'
import { domainRecord } from './domain-record'

/** As addresses spell domains: see `normalizeEmailAddress`. International ones in Punycode. */
const hostName = /^(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})$/

/** Where anybody gets an address: no organization's. */
const publicProviders = new Set(
  [
    'gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com ymail.com rocketmail.com aol.com',
    'icloud.com me.com mac.com proton.me protonmail.com pm.me tutanota.com tuta.com zoho.com fastmail.com hey.com',
    'gmx.de gmx.net gmx.at gmx.ch gmx.com web.de t-online.de freenet.de mail.com mail.ru yandex.ru yandex.com',
    'qq.com 163.com 126.com sina.com naver.com orange.fr free.fr laposte.net libero.it seznam.cz wp.pl',
  ].flatMap((line) => line.split(' ')),
)

const Domain = z
  .string()
  .max(253)
  .transform((text) => lowerAscii(text.trim()))
  .refine((text) => hostName.test(text), { message: 'Give a domain, such as example.com.' })
  .refine((text) => !publicProviders.has(text), { message: 'Anybody gets an address there.' })
  .meta({ example: 'example.com', override: { type: 'string' } })

const AutoJoinRole = z.string().min(1).max(100).nullable().meta({
  description: 'As what people join who prove an address of it; null for nobody.',
  example: 'member',
})

export const DomainClaim = z
  .strictObject({ domain: Domain, autoJoinRole: AutoJoinRole.optional() })
  .meta({ id: 'DomainClaim' })
export type DomainClaim = z.output<typeof DomainClaim>

export const DomainChange = z.strictObject({ autoJoinRole: AutoJoinRole }).meta({ id: 'DomainChange' })
export type DomainChange = z.output<typeof DomainChange>

export const OrganizationDomain = z
  .object({
    id: z.uuid(),
    domain: z.string().meta({ example: 'example.com' }),
    autoJoinRole: z.string().nullable(),
    record: z
      .object({ type: z.literal('TXT'), name: z.string(), value: z.string() })
      .meta({ description: 'What has to be in DNS, and stay there.' }),
    createdAt: instant,
    verifiedAt: instant.nullable().meta({ description: 'Since when it is proved; null while it is not.' }),
    checkedAt: instant.nullable().meta({ description: 'When DNS was last asked.' }),
    missingSince: instant.nullable().meta({ description: 'Since when DNS lacks the record: after a week it lapses.' }),
  })
  .meta({ id: 'OrganizationDomain' })
export type OrganizationDomain = z.output<typeof OrganizationDomain>

export const OrganizationDomainList = z.object({ items: z.array(OrganizationDomain) })
export type OrganizationDomainList = z.output<typeof OrganizationDomainList>

/** A domain as statements select it. */
export interface DomainRow {
  id: string
  domain: string
  challenge: string
  autoJoinRole: string | null
  createdAt: Date
  verifiedAt: Date | null
  checkedAt: Date | null
  missingSince: Date | null
}

export const toDomain = (row: DomainRow): OrganizationDomain => ({
  id: row.id,
  domain: row.domain,
  autoJoinRole: row.autoJoinRole,
  record: domainRecord(row),
  createdAt: row.createdAt.toISOString(),
  verifiedAt: row.verifiedAt?.toISOString() ?? null,
  checkedAt: row.checkedAt?.toISOString() ?? null,
  missingSince: row.missingSince?.toISOString() ?? null,
})
