import { annexApp } from './annex-app'
import { createEdgeWorker } from './edge-worker'

/**
 * The annex: a part of the house that is entered through the same door. It answers what the API's Worker passes on as it
 * came. It has no address, and guards itself as if it had one.
 */
export default createEdgeWorker(() => annexApp)
