import { insufficientUserAuthentication, missingPermission, notFound, sessionRevoked } from '#core/problems'

/** What every route of staff may answer: see `requireStaff`. */
export const staffProblems = [sessionRevoked, notFound, insufficientUserAuthentication, missingPermission]
