#include "tracestore/import/autogen/autogen_importer.h"

#include "tracestore/import/autogen/autogen_chat.h"
#include "tracestore/import/autogen/autogen_speaker.h"
#include "tracestore/import/reading/loaded_files.h"

#include <algorithm>
#include <array>

namespace tracestore {
namespace {

    /// Whether one of the first messages of the array at which a scan stands has a role that only
    /// teams have.
    bool isTeamChat(JsonScan& scan, const PlacedJson& whole)
    {
        constexpr std::size_t kLookedAt = 8;
        if (!scan.enter())
            return false;
        for (std::size_t i = 0; i < kLookedAt && scan.next(); ++i) {
            const JsonRecord message = readRecord(scan, whole);
            const std::string role = message.text("role");
            if (role.empty() || message.find("content") == nullptr)
                return false;
            if (isMagenticRole(role))
                return true;
        }
        return false;
    }

    bool isVerdict(std::string_view key)
    {
        return key == "mistake_step" || key == "mistake_agent" || key == "question_ID"
            || key == "is_correct" || key == "is_corrected";
    }

} // namespace

bool AutogenImporter::sniff(const Sample& sample) const
{
    const PlacedJson whole {sample.head, {}};
    JsonScan scan(sample.head, [](const JsonDamage&) {});
    if (!scan.nextDocument())
        return false;
    if (scan.type() == JsonScan::Type::Array)
        return isTeamChat(scan, whole);
    if (!scan.enter())
        return false;
    // The verdict may stand before the history or behind it.
    bool isJudged = false;
    bool isChat = false;
    bool hasHistory = false;
    while (scan.next()) {
        isJudged = isJudged || isVerdict(scan.key());
        if (scan.key() != "history" || scan.type() != JsonScan::Type::Array)
            continue;
        hasHistory = true;
        const auto list = scan.take();
        const std::string_view own
            = list ? *list : sample.head.substr(sample.head.find("\"history\"") + 9);
        JsonScan messages(own, [](const JsonDamage&) {});
        isChat = messages.nextDocument() && isTeamChat(messages, {own, {}});
    }
    return hasHistory && (isJudged || isChat);
}

Result<std::shared_ptr<const PayloadSource>>
AutogenImporter::read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const
{
    constexpr std::array<std::string_view, 1> kLists {"history"};
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
            const bool isList = scan.type() == JsonScan::Type::Array;
            JsonRecord document = isList ? JsonRecord() : readRecord(scan, whole, kLists);
            if (isList)
                document.lists.push_back({"history", readElements(scan, whole)});
            if (const std::vector<PlacedJson>* messages = document.list("history"))
                addAutogenChat(document, *messages, builder, *payloads, batch);
        }
        job.advance(text.size());
    }
    if (job.isCancelled())
        return cancelled();
    if (builder.sessionCount() == 0)
        return fail(ErrorCode::Corrupt, "The file holds no chat that can be read.");
    return std::shared_ptr<const PayloadSource>(std::move(payloads));
}

} // namespace tracestore
