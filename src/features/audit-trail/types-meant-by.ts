import { activities } from '../profiles/activities'

const all = Object.keys(activities)

/** The events that are called so or, after a dot at the end, whose names begin so. */
export const typesMeantBy = (term: string): string[] =>
  all.filter((type) => (term.endsWith('.') ? type.startsWith(term) : type === term))
