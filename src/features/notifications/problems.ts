import { defineProblem } from '#core/problem'

export const invalidWebhookSignature = defineProblem('invalid-webhook-signature', 401, 'The signature is not valid.')
