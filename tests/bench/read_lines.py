"""json.loads of each line."""
import json
import sys

spans = 0
with open(sys.argv[1], "rb") as file:
    for line in file:
        for resource in json.loads(line)["resourceSpans"]:
            for scope in resource["scopeSpans"]:
                for span in scope["spans"]:
                    spans += 1 if span["spanId"] else 0
print(spans)
