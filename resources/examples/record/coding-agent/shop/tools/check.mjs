// The style of this repository: no line over 115 characters, no tab, no forgotten console.log in src.
import { readdirSync, readFileSync } from 'node:fs'

let found = 0
const say = (file, line, text) => {
  found++
  console.log(`${file}:${line} ${text}`)
}
for (const file of readdirSync('src').map((name) => `src/${name}`)) {
  readFileSync(file, 'utf8').split('\n').forEach((text, index) => {
    if (text.length > 115) say(file, index + 1, `line has ${text.length} characters`)
    if (text.includes('\t')) say(file, index + 1, 'tab')
    if (text.includes('console.log')) say(file, index + 1, 'console.log')
  })
}
console.log(found ? `${found} found` : 'clean')
process.exitCode = found ? 1 : 0
