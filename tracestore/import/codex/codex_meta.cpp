#include "tracestore/import/codex/codex_meta.h"

#include "tracestore/base/json_io.h"
#include "tracestore/import/codex/codex_line.h"

namespace tracestore {
namespace {

    using simdjson::dom::object;

    void readSubAgent(CodexMeta& meta, const object& payload)
    {
        const auto source = objectAt(payload, "source");
        const auto subAgent = source ? objectAt(*source, "subagent") : std::nullopt;
        if (const auto spawn = subAgent ? objectAt(*subAgent, "thread_spawn") : std::nullopt) {
            meta.parentThread = textAt(*spawn, "parent_thread_id");
            meta.agentName = textAt(*spawn, "agent_nickname");
            meta.agentRole = textAt(*spawn, "agent_role");
        } else if (subAgent) {
            meta.agentName = textAt(*subAgent, "other");
        }
        if (const std::string_view parent = textAt(payload, "parent_thread_id"); !parent.empty())
            meta.parentThread = parent;
        if (const std::string_view name = textAt(payload, "agent_nickname"); !name.empty())
            meta.agentName = name;
        if (const std::string_view role = textAt(payload, "agent_role"); !role.empty())
            meta.agentRole = role;
    }

    /// The rest of what a thread says of itself, without its long texts.
    std::string attributesOf(const object& payload)
    {
        std::string json;
        for (const auto field : payload) {
            const bool isLong = field.key == "base_instructions" || field.key == "instructions"
                || field.key == "dynamic_tools";
            if (isLong || field.value.is_null())
                continue;
            json += json.empty() ? '{' : ',';
            json += quoteJson(field.key) + ':' + simdjson::minify(field.value);
        }
        return json.empty() ? json : json + '}';
    }

} // namespace

CodexMeta readCodexMeta(const object& record, const RawRef& place)
{
    const object payload = codexPayload(record);
    CodexMeta meta;
    meta.place = place;
    meta.threadId = textAt(payload, "id");
    if (meta.threadId.empty())
        meta.threadId = textAt(payload, "thread_id"); // codex exec --json
    meta.forkedFrom = textAt(payload, "forked_from_id");
    meta.cwd = textAt(payload, "cwd");
    meta.version = textAt(payload, "cli_version");
    meta.provider = textAt(payload, "model_provider");
    meta.originator = textAt(payload, "originator");
    if (const auto git = objectAt(payload, "git")) {
        meta.branch = textAt(*git, "branch");
        meta.commit = textAt(*git, "commit_hash");
    }
    readSubAgent(meta, payload);
    const auto base = objectAt(payload, "base_instructions");
    meta.hasInstructions
        = !textAt(payload, "instructions").empty() || (base && !textAt(*base, "text").empty());
    meta.attributesJson = attributesOf(payload);
    return meta;
}

} // namespace tracestore
