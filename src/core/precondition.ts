/**
 * The versions of a thing that a change may be made to (RFC 9110, section 13.1.1), as `If-Match` names them; null where none are named.
 */
export type Precondition = readonly string[] | null

/** What is read, with the version that it is of. */
export interface Versioned<Content> {
  content: Content
  version: string
}

/** Whether a change may be made to this version. */
export const allows = (precondition: Precondition, version: string): boolean =>
  precondition === null || precondition.includes(version)

/** The same for a statement: versions separated by commas. */
export const toVersionList = (precondition: Precondition): string | null => precondition?.join(',') ?? null
