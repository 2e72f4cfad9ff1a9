import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('..', import.meta.url))

// One export request a line, as collectors write them. Stack traces name files: the folder on the recording machine
// becomes a neutral one.
export async function writeRequests(target, bodies, folder) {
  const text = bodies.map((body) => JSON.stringify(body) + '\n').join('')
  await writeFile(target, text.replaceAll(here, `/home/dev/${folder}/`))
}
