import { declaredObject } from './contract'

/** How somebody wants things: everything that is declared, as they chose or by default. */
export const Preferences = declaredObject('Everything that the operator declares, as chosen or by default.')
export type Preferences = Record<string, unknown>

/** A merge patch (RFC 7396): absent stays, null is by default again, objects are merged, all else is replaced. */
export const PreferenceChanges = declaredObject('A merge patch (RFC 7396) of the preferences.')
export type PreferenceChanges = Record<string, unknown>
