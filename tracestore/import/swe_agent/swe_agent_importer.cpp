#include "tracestore/import/swe_agent/swe_agent_importer.h"

#include "tracestore/import/reading/loaded_files.h"
#include "tracestore/import/swe_agent/swe_agent_run.h"

#include <algorithm>

namespace tracestore {
namespace {

    using Keys = std::vector<std::string_view>;

    bool has(const Keys& keys, std::string_view key)
    {
        return std::ranges::find(keys, key) != keys.end();
    }

    /// The keys of the first object of the array at which a scan stands.
    Keys firstKeys(JsonScan& scan)
    {
        Keys keys;
        if (!scan.enter() || !scan.next() || !scan.enter())
            return keys;
        while (scan.next())
            keys.push_back(scan.key());
        return keys;
    }

    bool isStep(const Keys& keys)
    {
        return has(keys, "action") && has(keys, "observation")
            && (has(keys, "response") || has(keys, "thought"));
    }

    bool isItem(const Keys& keys)
    {
        return has(keys, "role") && has(keys, "content")
            && (has(keys, "agent") || has(keys, "message_type"));
    }

} // namespace

bool SweAgentImporter::sniff(const Sample& sample) const
{
    JsonScan scan(sample.head, [](const JsonDamage&) {});
    if (!scan.nextDocument() || scan.type() != JsonScan::Type::Object || !scan.enter())
        return false;
    while (scan.next()) {
        if (scan.type() != JsonScan::Type::Array)
            continue;
        const std::string_view key = scan.key();
        if (key == "trajectory")
            return isStep(firstKeys(scan));
        if (key == "history")
            return isItem(firstKeys(scan));
    }
    return false;
}

Result<std::shared_ptr<const PayloadSource>>
SweAgentImporter::read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const
{
    auto contents = LoadedFiles::load(files, builder.report(), job);
    if (!contents)
        return fail(std::move(contents).error());
    auto payloads = std::make_shared<StepPayloads>(files);
    for (const ImportFile& file : files) {
        const std::string_view text = contents->text(file.id);
        const PlacedJson whole {text, {file.id, 0, text.size()}};
        ReportBatch batch(builder.report(), file.id, text);
        JsonScan scan(text, [&](const JsonDamage& damage) { batch.add(damage); });
        while (!job.isCancelled() && scan.nextDocument()) {
            const JsonRecord document = readRecord(scan, whole, kSweAgentLists);
            if (!document.lists.empty())
                addSweAgentRun(document, builder, *payloads, batch);
        }
        job.advance(text.size());
    }
    if (job.isCancelled())
        return cancelled();
    if (builder.sessionCount() == 0)
        return fail(ErrorCode::Corrupt, "The file holds no trajectory that can be read.");
    return std::shared_ptr<const PayloadSource>(std::move(payloads));
}

} // namespace tracestore
