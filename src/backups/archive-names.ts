/** What there is to know of an archive by its name alone. */
export interface NamedArchive {
  name: string
  createdAt: Date
  isEncrypted: boolean
}

const ownName = /^postern-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-[0-9a-f]{8}\.tar\.zst(\.age)?$/

/**
 * What a new archive is called: `postern-20261130T190000Z-1f2e3d4c.tar.zst.age`.
 * @param random eight hex digits, since two may be made in one second
 */
export const nameArchive = (createdAt: Date, random: string, isEncrypted: boolean): string =>
  `postern-${createdAt.toISOString().replace(/\.\d+/, '').replaceAll(/[-:]/g, '')}-${random}.tar.zst${isEncrypted ? '.age' : ''}`

/** Reads a name; undefined if it is none that `nameArchive` gives, so that nothing else is ever taken for an archive. */
export const readArchiveName = (name: string): NamedArchive | undefined => {
  const [, year, month, day, hour, minute, second, age] = ownName.exec(name) ?? []
  if (year === undefined) return undefined
  const createdAt = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  return Number.isNaN(createdAt.getTime()) ? undefined : { name, createdAt, isEncrypted: age !== undefined }
}
