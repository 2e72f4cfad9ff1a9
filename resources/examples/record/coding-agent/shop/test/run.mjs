// A test is a named function; this runs all of them and tells which failed.
import { readdirSync } from 'node:fs'

let failed = 0
let passed = 0
const folder = new URL('.', import.meta.url)
for (const file of readdirSync(folder).filter((name) => name.endsWith('.test.mjs')).sort()) {
  const tests = await import(new URL(file, folder))
  for (const [name, test] of Object.entries(tests)) {
    try {
      test()
      passed++
    } catch (error) {
      failed++
      console.log(`FAIL ${file} ${name}\n     ${error.message}`)
    }
  }
}
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed ? 1 : 0
