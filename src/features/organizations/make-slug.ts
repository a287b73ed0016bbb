import type { CoreContext } from '#core/context'

const longest = 40
const suffixBytes = 5

/** A slug for an organization that was given none: what of its name fits into one, and 40 random bits. */
export function makeSlug(ctx: Pick<CoreContext, 'random'>, name: string): string {
  const letters = name.normalize('NFKD').toLowerCase().replaceAll(/\p{M}/gu, '')
  const words = letters.replaceAll(/[^a-z0-9]+/g, '-').slice(0, longest)
  const suffix = ctx.random.bytes(suffixBytes).toHex()
  return [words.replaceAll(/^-+|-+$/g, ''), suffix].filter(Boolean).join('-')
}
