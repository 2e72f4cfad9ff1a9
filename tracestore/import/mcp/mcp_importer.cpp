#include "tracestore/import/mcp/mcp_importer.h"

#include "tracestore/base/json_io.h"
#include "tracestore/base/json_scan.h"
#include "tracestore/import/mcp/mcp_log.h"
#include "tracestore/import/reading/json_lines.h"
#include "tracestore/import/reading/loaded_files.h"
#include "tracestore/import/reading/report_batch.h"

namespace tracestore {
namespace {

    using nlohmann::json;

    /// A record and the words of the logger before it.
    struct Record
    {
        std::string_view json;
        std::string_view before;
    };

    bool isText(std::string_view text)
    {
        const std::size_t first = text.find_first_not_of(" \t\r\n");
        return first != std::string_view::npos && text[first] != '{' && text[first] != '[';
    }

    /// The JSON in a line of text: `2026-01-01T10:00:00Z [files] Message from client: {...} { x }`.
    std::optional<Record> recordIn(std::string_view line)
    {
        const std::size_t start = line.find("{\"");
        if (start == std::string_view::npos)
            return {};
        JsonScan scan(line.substr(start), [](const JsonDamage&) {});
        if (!scan.nextDocument())
            return {};
        const auto json = scan.take();
        return json ? std::optional(Record {*json, line.substr(0, start)}) : std::nullopt;
    }

    /// Takes what the logger wrote before a message.
    void readPrefix(std::string_view before, McpMessage& message)
    {
        if (!message.time)
            message.time = parseIsoTimestamp(before.substr(0, before.find_first_of(" \t")));
        if (before.find("from client") != std::string_view::npos)
            message.from = McpSide::Client;
        else if (before.find("from server") != std::string_view::npos)
            message.from = McpSide::Server;
    }

    class McpReading
    {
    public:
        McpReading(const std::vector<ImportFile>& files,
                   const LoadedFiles& contents,
                   TraceBuilder& builder,
                   Job& job)
            : m_files(files)
            , m_contents(contents)
            , m_builder(builder)
            , m_job(job)
            , m_payloads(std::make_shared<StepPayloads>(files))
        { }

        Result<std::shared_ptr<const PayloadSource>> run()
        {
            for (const ImportFile& file : m_files) {
                m_fileName = file.path.filename().string();
                m_messages = 0;
                readFile(file.id);
                if (m_job.isCancelled())
                    return cancelled();
                // Files of one message each are those of one connection.
                if (m_log && m_messages > 1)
                    finishLog();
            }
            finishLog();
            if (m_builder.spanCount() == 0)
                return fail(ErrorCode::Corrupt,
                            "Not one message of the Model Context Protocol can be read.");
            return std::shared_ptr<const PayloadSource>(m_payloads);
        }

    private:
        void finishLog()
        {
            if (m_log)
                m_log->finish();
            m_log.reset();
        }

        void readFile(FileId file)
        {
            const std::string_view text = m_contents.text(file);
            ReportBatch batch(m_builder.report(), file, text);
            if (isText(text)) {
                JsonLines lines(text);
                while (const auto line = lines.next()) {
                    if (m_job.isCancelled())
                        return;
                    m_job.advance(line->text.size());
                    if (const auto record = recordIn(line->text))
                        add(*record, file, batch);
                }
                return;
            }
            JsonScan scan(text, [&](const JsonDamage& damage) { batch.add(damage); });
            const auto takeRecord = [&] {
                if (const auto json = scan.take()) {
                    m_job.advance(json->size());
                    add({*json, {}}, file, batch);
                }
            };
            while (!m_job.isCancelled() && scan.nextDocument()) {
                if (scan.type() == JsonScan::Type::Object) {
                    takeRecord();
                } else if (scan.enter()) {
                    while (!m_job.isCancelled() && scan.next())
                        takeRecord();
                }
            }
        }

        void add(const Record& record, FileId file, ReportBatch& batch)
        {
            const auto offset
                = static_cast<std::size_t>(record.json.data() - m_contents.text(file).data());
            const auto parsed = parseJson(record.json);
            if (!parsed) {
                batch.add(ReportSeverity::Broken,
                          offset,
                          "A message cannot be read: " + parsed.error().message);
                return;
            }
            auto message = mcpMessageOf(*parsed);
            if (!message) {
                batch.add(ReportSeverity::Dropped,
                          offset,
                          "A record is no JSON-RPC message and was left out.");
                return;
            }
            readPrefix(record.before, *message);
            if (!m_log)
                m_log.emplace(m_builder, *m_payloads, m_fileName);
            ++m_messages;
            m_log->add(*message, {file, offset, record.json.size()});
        }

        const std::vector<ImportFile>& m_files;
        const LoadedFiles& m_contents;
        TraceBuilder& m_builder;
        Job& m_job;
        std::shared_ptr<StepPayloads> m_payloads;
        std::optional<McpLog> m_log;
        std::string m_fileName;
        std::size_t m_messages = 0; ///< of the file
    };

    /// The members at the top of an object that may be cut, with those of a message inside it.
    bool isMessageStart(JsonScan& scan, int depth)
    {
        bool isJsonRpc = false;
        bool isMessage = false;
        bool hasContent = false;
        bool isBare = false;
        if (scan.type() != JsonScan::Type::Object || !scan.enter())
            return false;
        while (scan.next()) {
            const std::string_view key = scan.key();
            const bool isHolder
                = key == "message" || key == "payload" || key == "data" || key == "msg";
            if (isHolder && depth == 0 && scan.type() == JsonScan::Type::Object) {
                if (isMessageStart(scan, 1))
                    return true;
                continue;
            }
            isMessage = isMessage || key == "method" || key == "result" || key == "error";
            hasContent = hasContent || (key == "content" && scan.type() == JsonScan::Type::Array);
            const auto value = scan.take();
            isJsonRpc = isJsonRpc || (key == "jsonrpc" && value == "\"2.0\"");
            isBare = isBare || (key == "isError" && (value == "true" || value == "false"));
        }
        return ((isJsonRpc && isMessage) || (depth == 0 && isBare && hasContent));
    }

} // namespace

bool McpImporter::sniff(const Sample& sample) const
{
    constexpr int kMaxRecords = 16;
    if (isText(sample.head)) {
        JsonLines lines(sample.head);
        for (int i = 0; i < kMaxRecords; ++i) {
            const auto line = lines.next();
            const auto record = line ? recordIn(line->text) : std::nullopt;
            if (!record || record->before.find("Message from ") == std::string_view::npos)
                continue;
            const auto parsed = parseJson(record->json);
            if (parsed && mcpMessageOf(*parsed))
                return true;
        }
        return false;
    }
    JsonScan scan(sample.head, [](const JsonDamage&) {});
    for (int i = 0; i < kMaxRecords && scan.nextDocument(); ++i) {
        if (scan.type() == JsonScan::Type::Array && (!scan.enter() || !scan.next()))
            continue;
        if (isMessageStart(scan, 0))
            return true;
    }
    return false;
}

Result<std::shared_ptr<const PayloadSource>>
McpImporter::read(const std::vector<ImportFile>& files, TraceBuilder& builder, Job& job) const
{
    auto contents = LoadedFiles::load(files, builder.report(), job);
    if (!contents)
        return fail(std::move(contents).error());
    return McpReading(files, *contents, builder, job).run();
}

} // namespace tracestore
