import { createAvatarRenderer } from './avatar-renderer'
import { createImageCodecs } from './image-codecs'
import { compileImageModules } from './image-modules'
import { writeRendered } from './rendered-avatar'

/** What `createImageSpawner` starts: one image comes in, what was rendered goes out, and all memory with the process. */
const image = new Uint8Array(await Bun.stdin.arrayBuffer())
const renderer = createAvatarRenderer(createImageCodecs(await compileImageModules()))
process.stdout.write(writeRendered(await renderer.renderAvatar(image)))
