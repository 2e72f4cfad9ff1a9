// JSON.parse of each line, by a splitter of its own (faster than readline).
const fs = require("fs");
const file = fs.openSync(process.argv[2], "r");
const block = Buffer.alloc(4 << 20);
let rest = Buffer.alloc(0);
let spans = 0;
function line(text) {
  for (const resource of JSON.parse(text).resourceSpans)
    for (const scope of resource.scopeSpans)
      for (const span of scope.spans) spans += span.spanId.length > 0 ? 1 : 0;
}
for (;;) {
  const got = fs.readSync(file, block, 0, block.length, null);
  if (got === 0) break;
  const all = Buffer.concat([rest, block.subarray(0, got)]);
  let at = 0;
  for (let end; (end = all.indexOf(10, at)) >= 0; at = end + 1)
    if (end > at) line(all.toString("utf8", at, end));
  rest = Buffer.from(all.subarray(at));
}
if (rest.length > 0) line(rest.toString("utf8"));
console.log(spans);
