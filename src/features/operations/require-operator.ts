import type { Context } from '#core/context'
import { notFound } from '#core/problems'
import { isSameSecret } from '#core/secrets'

/**
 * An operator proves to be one by the token; without one configured, only a developer may look. To all others there is
 * nothing. Throws `not-found`.
 */
export async function requireOperator({ config }: Context, authorization = ''): Promise<void> {
  const token = config.OPERATOR_TOKEN
  const isOperator = token ? await isSameSecret(authorization, `Bearer ${token}`) : config.ENVIRONMENT !== 'production'
  if (!isOperator) throw notFound()
}
