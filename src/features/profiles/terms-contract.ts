import * as z from 'zod'

/** What people accept, by the settings that name it. */
export const documents = ['terms', 'privacy'] as const
const Document = z.enum(documents)
export type Document = z.output<typeof Document>

const version = z.string().max(64).meta({ example: '2026-11-01' })

const CurrentTerms = z.object({ document: Document, version: z.string(), url: z.string() }).meta({ id: 'CurrentTerms' })
export type CurrentTerms = z.output<typeof CurrentTerms>

export const TermsList = z.object({ items: z.array(CurrentTerms) }).meta({ id: 'TermsList' })
export type TermsList = z.output<typeof TermsList>

const OwnTerms = z
  .object({
    ...CurrentTerms.shape,
    acceptedVersion: z.string().nullable().meta({ description: 'The one that the caller accepted last.' }),
    acceptedAt: z.iso.datetime().nullable(),
    isCurrent: z.boolean().meta({ description: 'Whether the caller accepted the current one.' }),
  })
  .meta({ id: 'OwnTerms' })
export type OwnTerms = z.output<typeof OwnTerms>

export const OwnTermsList = z.object({ items: z.array(OwnTerms) }).meta({ id: 'OwnTermsList' })
export type OwnTermsList = z.output<typeof OwnTermsList>

export const TermsAcceptance = z.strictObject({ document: Document, version }).meta({ id: 'TermsAcceptance' })
export type TermsAcceptance = z.output<typeof TermsAcceptance>

/** What somebody says at registration that they accept. */
export const AcceptedTerms = z.strictObject({ terms: version.optional(), privacy: version.optional() }).meta({
  id: 'AcceptedTerms',
  description: 'The versions of `GET /v1/terms`, each of which has to be accepted.',
  example: { terms: '2026-11-01', privacy: '2026-11-01' },
})
export type AcceptedTerms = z.output<typeof AcceptedTerms>
