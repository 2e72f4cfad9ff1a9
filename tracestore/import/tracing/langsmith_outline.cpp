#include "tracestore/import/tracing/langsmith_outline.h"

#include <algorithm>

namespace tracestore {
namespace {

    bool isOneOf(std::string_view key, std::initializer_list<std::string_view> names)
    {
        return std::ranges::find(names, key) != names.end();
    }

    /// The text of a JSON string as it stands; ids need no escapes.
    std::string_view unquoted(std::string_view value)
    {
        return value.size() >= 2 && value.front() == '"' ? value.substr(1, value.size() - 2)
                                                         : std::string_view();
    }

} // namespace

void LangsmithOutline::scan(FileId file, std::string_view text, ReportBatch& batch, const Job& job)
{
    JsonScan scanner(text, [&](const JsonDamage& damage) { batch.add(damage); });
    m_file = file;
    m_text = text;
    m_batch = &batch;
    m_scan = &scanner;
    while (!job.isCancelled() && scanner.nextDocument()) {
        document();
        while (!job.isCancelled() && !m_levels.empty())
            step();
    }
    m_levels.clear();
}

void LangsmithOutline::document()
{
    if (m_scan->type() == JsonScan::Type::Object)
        enterRecord(LangsmithRecord::kNone);
    else
        enterList(LangsmithRecord::kNone);
}

void LangsmithOutline::step()
{
    if (!m_scan->next())
        leave();
    else if (m_levels.back().isList)
        element();
    else
        member(m_levels.back());
}

void LangsmithOutline::element()
{
    if (m_scan->type() == JsonScan::Type::Object) {
        enterRecord(m_levels.back().record, m_levels.back().hasUpdates);
        return;
    }
    const std::size_t offset = m_scan->offset();
    // A list within the list at the top is allowed: answers, put together.
    if (m_scan->type() == JsonScan::Type::Array && m_levels.size() == 1) {
        enterList(LangsmithRecord::kNone);
        return;
    }
    m_scan->take();
    m_batch->add(ReportSeverity::Broken, offset, "Where a run should be is something else.");
}

void LangsmithOutline::member(Level& level)
{
    const std::string_view key = m_scan->key();
    const bool isList = m_scan->type() == JsonScan::Type::Array;
    if (isList && key == "child_runs") {
        closeStretch(level);
        enterList(level.record);
        return;
    }
    if (isList && m_levels.size() == 1 && isOneOf(key, {"post", "patch", "runs", "data"})) {
        closeStretch(level);
        enterList(LangsmithRecord::kNone, key == "patch");
        return;
    }
    const auto start = static_cast<std::size_t>(key.data() - m_text.data()) - 1;
    const auto value = m_scan->take();
    if (!value)
        return;
    LangsmithRecord& record = m_records[level.record];
    if (key == "id")
        record.id = unquoted(*value);
    else if (key == "dotted_order")
        record.dottedOrder = unquoted(*value);
    record.isRun = record.isRun
        || isOneOf(key,
                   {"id", "dotted_order", "run_type", "start_time", "trace_id", "parent_run_id"});
    if (level.stretchEnd == 0)
        level.stretchStart = start;
    level.stretchEnd = static_cast<std::size_t>(value->data() - m_text.data()) + value->size();
}

void LangsmithOutline::closeStretch(Level& level)
{
    if (level.stretchEnd != 0)
        m_records[level.record].members.push_back(
            {m_file, level.stretchStart, level.stretchEnd - level.stretchStart});
    level.stretchEnd = 0;
}

void LangsmithOutline::leave()
{
    Level level = m_levels.back();
    m_levels.pop_back();
    if (level.isList)
        return;
    closeStretch(level);
    RawRef& whole = m_records[level.record].whole;
    // Behind the bracket that closes it, or where the text ends.
    whole.length = std::min(m_scan->position(), m_text.size()) - whole.offset;
}

void LangsmithOutline::enterRecord(std::uint32_t enclosing, bool isUpdate)
{
    const auto index = static_cast<std::uint32_t>(m_records.size());
    m_records.push_back(
        {.whole = {m_file, m_scan->offset(), 0}, .enclosing = enclosing, .isUpdate = isUpdate});
    m_levels.push_back({.record = index});
    m_scan->enter();
}

void LangsmithOutline::enterList(std::uint32_t enclosing, bool hasUpdates)
{
    m_levels.push_back({.isList = true, .hasUpdates = hasUpdates, .record = enclosing});
    m_scan->enter();
}

} // namespace tracestore
