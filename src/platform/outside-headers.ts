/** All that is said of us: no cookie, no credential, nobody's name. */
export const outsideHeaders = {
  'user-agent': 'Postern',
  accept: 'image/webp,image/png,image/jpeg,image/gif,*/*;q=0.1',
  'accept-encoding': 'identity',
}
