import { readFile } from 'node:fs/promises'
import { type CityResponse, Reader } from 'mmdb-lib'
import { toPlace } from '#core/place'

/** Finds the place of an address; null when the database has none. */
export type FindPlace = (address: string) => string | null

const open = (bytes: Buffer, path: string): Reader<CityResponse> => {
  try {
    return new Reader<CityResponse>(bytes)
  } catch (cause) {
    throw new Error(`GEO_DATABASE_PATH: ${path} is damaged, or no MaxMind database.`, { cause })
  }
}

const load = async (path: string): Promise<Buffer> => {
  try {
    return await readFile(path)
  } catch (cause) {
    throw new Error(`GEO_DATABASE_PATH: ${path} can’t be read.`, { cause })
  }
}

/**
 * Opens a database of places in MaxMind's format (GeoLite2 City, DB-IP, …), which stays in memory. Throws when it can't be
 * read, is damaged, or is about something else.
 */
export const openGeoDatabase = async (path: string): Promise<FindPlace> => {
  const reader = open(await load(path), path)
  if (!/City|Country/i.test(reader.metadata.databaseType)) {
    throw new Error(
      `GEO_DATABASE_PATH: ${path} knows no cities or countries; it is of type ${reader.metadata.databaseType}.`,
    )
  }
  return (address) => {
    try {
      const found = reader.get(address)
      return toPlace({
        city: found?.city?.names.en,
        region: found?.subdivisions?.[0]?.names.en,
        country: found?.country?.iso_code,
      })
    } catch {
      // A record that is damaged costs a place, and not the request.
      return null
    }
  }
}
