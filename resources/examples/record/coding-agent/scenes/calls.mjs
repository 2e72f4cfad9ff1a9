// Short forms for the tool calls of the agent. Paths are absolute there, so they need to know where the shop lies.
export const callsIn = (shop) => ({
  read: (file) => ['Read', { file_path: `${shop}/${file}` }],
  write: (file, content) => ['Write', { file_path: `${shop}/${file}`, content }],
  edit: (file, old_string, new_string) => ['Edit', { file_path: `${shop}/${file}`, old_string, new_string }],
  bash: (command, description) => ['Bash', { command, description }],
  plan: (subject, description) => ['TaskCreate', { subject, description }],
  mark: (taskId, status) => ['TaskUpdate', { taskId, status }],
  agent: (subagent_type, description, prompt) => ['Agent', { description, prompt, subagent_type }],
})

export const runTests = ['Bash', { command: 'node test/run.mjs', description: 'Run the tests' }]
export const runCheck = ['Bash', { command: 'node tools/check.mjs', description: 'Check the style' }]
