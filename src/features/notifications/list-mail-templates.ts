import type { Context } from '#core/context'
import { notFound } from '#core/problems'
import type { MailTemplateList, MailTemplateQuery } from './contract'
import { mailLocales, mailTemplates } from './templates/mail-values'

/** Every mail in every language, or those of one template or of one language. Throws `not-found` in production. */
export async function listMailTemplates(
  ctx: Context,
  { template, locale }: MailTemplateQuery,
): Promise<MailTemplateList> {
  if (ctx.config.ENVIRONMENT === 'production') throw notFound()
  const templates = template ? [template] : mailTemplates
  const locales = locale ? [locale] : mailLocales
  return { items: templates.flatMap((template) => locales.map((locale) => ({ template, locale }))) }
}
