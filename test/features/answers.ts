import * as z from 'zod'
import { pageOf } from '#core/pagination'
import { Session } from '#features/sessions/contract'
import type { Answer } from '../platform/calls'

const ProblemBody = z.looseObject({ code: z.string(), instance: z.string(), requestId: z.string() })

/** A problem without what differs between any two requests. */
export const problemOf = ({ body }: Answer) => ({ ...ProblemBody.parse(body), instance: '', requestId: '' })

const SessionPage = pageOf(Session)

export const sessionsOf = ({ body }: Answer): Session[] => SessionPage.parse(body).items
