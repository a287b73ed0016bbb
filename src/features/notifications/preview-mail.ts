import type { Context } from '#core/context'
import { notFound } from '#core/problems'
import type { MailPreview, MailTemplateItem } from './contract'

/** A mail as it would be sent, with values that mean nothing. Throws `not-found` in production. */
export async function previewMail(ctx: Context, { template, locale }: MailTemplateItem): Promise<MailPreview> {
  if (ctx.config.ENVIRONMENT === 'production') throw notFound()
  return { template, locale, ...(await ctx.previews.render(template, locale)) }
}
