/** What it signs its cookies with. */
export const betterAuthSecret = 'a secret of measurements that protects nothing at all'

/** Where each of its instances stands. */
export const betterAuthPaths = { plain: '/plain', cached: '/cached', renewing: '/renewing', jwt: '/jwt' }
